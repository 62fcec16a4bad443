import type { Provider } from '../provider.ts'

export const braveSearch: Provider = {
  id: 'brave-search',
  name: 'Brave Search',
  category: 'search',
  api_hosts: ['api.search.brave.com'],
  api_base: 'https://api.search.brave.com/res/v1/',
  api_headers: { Accept: 'application/json' },
  api_key: {
    label: 'API key',
    help_url: 'https://api-dashboard.search.brave.com/app/keys',
    inject: { header: 'X-Subscription-Token', format: '{token}' },
  },
  evidence: ['documentation: api-dashboard.search.brave.com/documentation/guides/authentication'],
  checked_on: '2026-11-21',
  confidence: 'high',
}
