import type { Channels } from '../../channels/channels.ts'
import type { Linking } from '../../linking/linking.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { administratorsOnly, credentialsRefusal } from './administrators-only.ts'
import { ByProvider, ProviderView, viewerOf, viewProvider } from './schemas.ts'

export function removeProvider(app: App, channels: Channels, linking: Linking): void {
  app.delete(
    '/api/channels/:provider/runtime-config',
    {
      config: { access: 'user' },
      preValidation: administratorsOnly(credentialsRefusal),
      schema: {
        summary: 'Stop a channel, end all of its connections and forget its credentials',
        tags: ['channels'],
        params: ByProvider,
        response: answers({ 200: ProviderView }, [400, 404]),
      },
    },
    async (request) => {
      const caller = callerOf(request)
      const { provider } = request.params
      await channels.remove(provider, caller)
      return viewProvider(await channels.provider(provider, await viewerOf(caller, linking)))
    },
  )
}
