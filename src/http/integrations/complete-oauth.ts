import { Type } from 'typebox'
import { answers, closed } from '../schemas.ts'
import type { App } from '../types.ts'
import { initiatorOf } from './caller.ts'
import { ConnectedAnswer, viewConnected } from './connected-view.ts'
import type { IntegrationRouteDependencies } from './routes.ts'
import { ByProvider, tags, type Prefix } from './schemas.ts'

const Body = Type.Object(
  {
    code: Type.String({ minLength: 1, maxLength: 8_000 }),
    state_token: Type.String({ minLength: 1, maxLength: 200 }),
  },
  closed,
)

export function completeOAuth(app: App, prefix: Prefix, { connect }: IntegrationRouteDependencies): void {
  app.post(
    `${prefix}/:provider/oauth/complete`,
    {
      config: { access: 'user', permission: 'MANAGE_INTEGRATIONS' },
      schema: {
        summary: 'End it with the code that the provider gave',
        description:
          'The state is used up by a code that was exchanged or refused. After 502 the same request may be sent again.',
        tags,
        params: ByProvider,
        body: Body,
        response: answers({ 200: ConnectedAnswer }, [400, 409, 501, 502]),
      },
    },
    async (request) => {
      const { code, state_token: stateToken } = request.body
      const { provider } = request.params
      return viewConnected(await connect.complete(initiatorOf(request), { provider, code, stateToken }))
    },
  )
}
