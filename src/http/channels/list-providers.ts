import { Type } from 'typebox'
import type { Channels } from '../../channels/channels.ts'
import type { Linking } from '../../linking/linking.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { ProviderView, viewerOf, viewProvider } from './schemas.ts'

export function listProviders(app: App, channels: Channels, linking: Linking): void {
  app.get(
    '/api/channels/providers',
    {
      config: { access: 'user' },
      schema: {
        summary: 'The channels that people may connect, and how they stand with the caller',
        tags: ['channels'],
        response: answers({
          200: Type.Object({ enabled: Type.Boolean(), providers: Type.Array(ProviderView) }),
        }),
      },
    },
    async (request) => {
      const { enabled, providers } = await channels.providers(await viewerOf(callerOf(request), linking))
      return { enabled, providers: providers.map(viewProvider) }
    },
  )
}
