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
    callback_params: Type.Optional(
      Type.Record(Type.String(), Type.String({ maxLength: 2_000 }), {
        maxProperties: 50,
        description:
          'What else the provider sent to your callback, such as the `realmId` of QuickBooks. Names that the provider ' +
          'is not known to send are passed over.',
      }),
    ),
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
      const { code, state_token: stateToken, callback_params: params = {} } = request.body
      const { provider } = request.params
      const ending = { provider, code, stateToken, params }
      return viewConnected(await connect.complete(initiatorOf(request), ending))
    },
  )
}
