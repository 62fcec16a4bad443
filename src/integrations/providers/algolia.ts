import type { Provider } from '../provider.ts'

export const algolia: Provider = {
  id: 'algolia',
  name: 'Algolia',
  category: 'search',
  api_hosts: ['{app}-dsn.algolia.net', '{app}.algolia.net'],
  api_headers: { 'X-Algolia-Application-Id': '{app}' },
  reads: ['POST /1/indexes/*/query', 'POST /1/indexes/*/queries', 'POST /1/indexes/*/objects'],
  tenant: { var: 'app', label: 'Application ID', pattern: '^[A-Za-z0-9]{6,20}$' },
  api_key: {
    label: 'API key',
    help_url: 'https://dashboard.algolia.com/account/api-keys',
    inject: { header: 'X-Algolia-API-Key', format: '{token}' },
    verify: { url: 'https://{app}.algolia.net/1/indexes', method: 'GET' },
  },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['api_key'],
}
