import { Type } from 'typebox'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { actorOf } from './caller.ts'
import type { IntegrationRouteDependencies } from './routes.ts'
import { ByCredential, RevocationAnswer, tags, viewRevocation, type Prefix } from './schemas.ts'

const RemovedAnswer = Type.Object(
  {
    deleted: Type.Literal(true),
    credentials_id: Type.String(),
    revoked: Type.Union([Type.Boolean(), Type.Null()], {
      description:
        'At the provider: done; false: it did not answer and is asked for three days; null: it has no way.',
    }),
    receipt: RevocationAnswer,
  },
  { title: 'CredentialRemoved' },
)

export function removeCredential(
  app: App,
  prefix: Prefix,
  { credentials }: IntegrationRouteDependencies,
): void {
  app.delete(
    `${prefix}/:provider/credentials/:id`,
    {
      config: { access: 'user', permission: 'DELETE_INTEGRATIONS' },
      schema: {
        summary: 'Delete a credential here, and take it back at its provider',
        tags,
        params: ByCredential,
        response: answers({ 200: RemovedAnswer }, [404]),
      },
    },
    async (request) => {
      const { id } = request.params
      const removed = await credentials.remove(callerOf(request), actorOf(request), request.params)
      const { revoked, revocation } = removed
      return { deleted: true as const, credentials_id: id, revoked, receipt: viewRevocation(revocation) }
    },
  )
}
