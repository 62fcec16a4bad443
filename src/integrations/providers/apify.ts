import type { Provider } from '../provider.ts'

export const apify: Provider = {
  id: 'apify',
  name: 'Apify',
  category: 'search',
  api_hosts: ['api.apify.com'],
  api_base: 'https://api.apify.com/v2/',
  api_key: {
    label: 'API token',
    help_url: 'https://console.apify.com/settings/integrations',
    inject: { header: 'Authorization', format: 'Bearer {token}' },
    pattern: 'apify_api_.+',
    verify: {
      url: 'https://api.apify.com/v2/users/me',
      method: 'GET',
      id_pointer: '/data/id',
      label_pointer: '/data/username',
    },
  },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['api_key'],
}
