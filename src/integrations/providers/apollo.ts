import type { Provider } from '../provider.ts'

export const apollo: Provider = {
  id: 'apollo',
  name: 'Apollo.io',
  category: 'marketing',
  aliases: ['leads'],
  api_hosts: ['api.apollo.io'],
  reads: [
    'POST /api/v1/mixed_people/search',
    'POST /api/v1/mixed_people/api_search',
    'POST /api/v1/mixed_companies/search',
    'POST /api/v1/contacts/search',
  ],
  api_key: {
    label: 'API key',
    help_url: 'https://developer.apollo.io/',
    inject: { header: 'X-Api-Key', format: '{token}' },
    verify: { url: 'https://api.apollo.io/api/v1/auth/health', method: 'GET' },
  },
  evidence: ['documentation: docs.apollo.io/reference/authentication'],
  checked_on: '2026-11-21',
  confidence: 'high',
}
