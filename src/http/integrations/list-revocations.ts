import { Type } from 'typebox'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import type { IntegrationRouteDependencies } from './routes.ts'
import { RevocationAnswer, tags, viewRevocation, type Prefix } from './schemas.ts'

export function listRevocations(
  app: App,
  prefix: Prefix,
  { credentials }: IntegrationRouteDependencies,
): void {
  app.get(
    `${prefix}/revocations`,
    {
      config: { access: 'user', permission: 'READ_INTEGRATIONS' },
      schema: {
        summary: 'What was taken back at providers, newest first, with what came of it',
        tags,
        response: answers({ 200: Type.Object({ revocations: Type.Array(RevocationAnswer) }) }),
      },
    },
    async (request) => ({
      revocations: (await credentials.revocations(callerOf(request))).map(viewRevocation),
    }),
  )
}
