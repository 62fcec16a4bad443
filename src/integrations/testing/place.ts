import type { ConfiguredProvider } from '../catalogue.ts'
import type { Place } from '../oauth/oauth.ts'
import type { OAuthClient } from '../provider.ts'

/** A provider that has what a test says of it, and this client at it. */
export function placeAt(
  data: Partial<ConfiguredProvider>,
  client: OAuthClient = { id: 'client-1', secret: 'secret-of-client-1' },
  tenant: Place['tenant'] = {},
): Place {
  return { provider: providerOf(data, client), client, tenant }
}

export function providerOf(data: Partial<ConfiguredProvider>, client?: OAuthClient): ConfiguredProvider {
  return {
    id: 'example',
    name: 'Example',
    category: 'generic',
    api_hosts: [],
    evidence: ['made for a test'],
    checked_on: '2026-11-20',
    confidence: 'high',
    ...data,
    client,
  }
}
