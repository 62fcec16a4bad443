import { Type } from 'typebox'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { redirectUriOf } from './connect-cookie.ts'
import { ProviderAnswer, viewProvider } from './provider-view.ts'
import type { IntegrationRouteDependencies } from './routes.ts'
import { tags, type Prefix } from './schemas.ts'

export function listIntegrationProviders(
  app: App,
  prefix: Prefix,
  { catalogue, connect, publicUrl }: IntegrationRouteDependencies,
): void {
  app.get(
    `${prefix}/providers`,
    {
      config: { access: 'user', permission: 'READ_INTEGRATIONS' },
      schema: {
        summary: 'The services whose accounts people can lend, by name',
        tags,
        response: answers({ 200: Type.Array(ProviderAnswer) }),
      },
    },
    async (request) => {
      const redirectUri = callerOf(request).role === 'admin' ? redirectUriOf(publicUrl) : undefined
      const providers = await catalogue.list()
      return providers.map((provider) => viewProvider(provider, connect.ways(provider), redirectUri))
    },
  )
}
