import type { Provider } from '../provider.ts'

export const serper: Provider = {
  id: 'serper',
  name: 'Serper',
  category: 'search',
  api_hosts: ['google.serper.dev'],
  reads: ['POST /search', 'POST /images', 'POST /news', 'POST /places', 'POST /scholar'],
  api_key: {
    label: 'API key',
    help_url: 'https://serper.dev/api-key',
    inject: { header: 'X-API-KEY', format: '{token}' },
  },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['api_key'],
}
