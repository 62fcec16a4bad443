import { Type } from 'typebox'
import { answers, closed } from '../schemas.ts'
import type { App } from '../types.ts'
import { initiatorOf, wantedOf } from './caller.ts'
import { ConnectedAnswer, viewConnected } from './connected-view.ts'
import type { IntegrationRouteDependencies } from './routes.ts'
import { ByProvider, tags, wantedFields } from './schemas.ts'

/** Nobody agrees at the provider here, so whoever lends it must be who could have entered the client. */
export function connectClient(app: App, { catalogue, connect }: IntegrationRouteDependencies): void {
  app.post(
    '/api/integrations/:provider/client',
    {
      config: { access: 'admin' },
      schema: {
        summary: "Lend the account of the operator's client itself (RFC 6749, 4.4), as an administrator",
        tags,
        params: ByProvider,
        body: Type.Object(wantedFields, closed),
        response: answers({ 201: ConnectedAnswer }, [400, 404, 501, 502]),
      },
    },
    async (request, reply) => {
      const wanted = await wantedOf(catalogue, request.params.provider, request.body)
      const connected = await connect.connectClient(initiatorOf(request), wanted)
      return reply.status(201).send(viewConnected(connected))
    },
  )
}
