import { Type } from 'typebox'
import type { Channels } from '../../channels/channels.ts'
import type { Linking } from '../../linking/linking.ts'
import { answers, closed } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { administratorsOnly, credentialsRefusal } from './administrators-only.ts'
import { ByProvider, ProviderView, viewerOf, viewProvider } from './schemas.ts'

const Body = Type.Object(
  {
    values: Type.Record(Type.String(), Type.String({ maxLength: 10_000 }), {
      description: 'By field name. `********` keeps a stored secret.',
    }),
  },
  closed,
)

export function configureProvider(app: App, channels: Channels, linking: Linking): void {
  app.post(
    '/api/channels/:provider/runtime-config',
    {
      config: { access: 'user' },
      preValidation: administratorsOnly(credentialsRefusal),
      schema: {
        summary: "Enter a channel's credentials; they are checked, and the channel starts with them",
        tags: ['channels'],
        params: ByProvider,
        body: Body,
        response: answers({ 200: ProviderView }, [400, 404]),
      },
    },
    async (request) => {
      const caller = callerOf(request)
      const { provider } = request.params
      await channels.configure(provider, request.body.values, caller)
      return viewProvider(await channels.provider(provider, await viewerOf(caller, linking)))
    },
  )
}
