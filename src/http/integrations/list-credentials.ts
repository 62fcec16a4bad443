import { Type } from 'typebox'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import type { IntegrationRouteDependencies } from './routes.ts'
import { ByProvider, CredentialAnswer, tags, viewCredential, type Prefix } from './schemas.ts'

const config = { access: 'user', permission: 'READ_INTEGRATIONS' } as const
const response = answers({ 200: Type.Array(CredentialAnswer) })

export function listCredentials(
  app: App,
  prefix: Prefix,
  { credentials }: IntegrationRouteDependencies,
): void {
  app.get(
    `${prefix}/credentials`,
    { config, schema: { summary: "The caller's credentials, newest first; never a secret", tags, response } },
    async (request) => (await credentials.list(callerOf(request))).map(viewCredential),
  )
  app.get(
    `${prefix}/:provider/credentials`,
    {
      config,
      schema: {
        summary: 'Those of one provider; of an unknown one there are none',
        tags,
        params: ByProvider,
        response,
      },
    },
    async (request) =>
      (await credentials.list(callerOf(request), request.params.provider)).map(viewCredential),
  )
}
