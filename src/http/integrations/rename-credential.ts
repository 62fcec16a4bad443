import { Type } from 'typebox'
import { integrationErrors } from '../../integrations/integrations.ts'
import { answers, closed } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { actorOf } from './caller.ts'
import type { IntegrationRouteDependencies } from './routes.ts'
import { ByCredential, CredentialAnswer, tags, viewCredential, type Prefix } from './schemas.ts'

export function renameCredential(
  app: App,
  prefix: Prefix,
  { credentials }: IntegrationRouteDependencies,
): void {
  app.patch(
    `${prefix}/:provider/credentials/:id`,
    {
      config: { access: 'user', permission: 'MANAGE_INTEGRATIONS' },
      schema: {
        summary: 'Call a credential otherwise',
        tags,
        params: ByCredential,
        body: Type.Object({ title: Type.String({ minLength: 1, maxLength: 200 }) }, closed),
        response: answers({ 200: CredentialAnswer }, [404]),
      },
    },
    async (request) => {
      const owner = callerOf(request)
      const { provider, id } = request.params
      const { title } = request.body
      if ((await credentials.read(owner, id)).provider !== provider)
        throw integrationErrors.credential_not_found()
      return viewCredential(await credentials.rename(owner, actorOf(request), { id, title }))
    },
  )
}
