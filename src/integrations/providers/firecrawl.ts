import type { Provider } from '../provider.ts'

export const firecrawl: Provider = {
  id: 'firecrawl',
  name: 'Firecrawl',
  category: 'search',
  api_hosts: ['api.firecrawl.dev'],
  api_base: 'https://api.firecrawl.dev/v2/',
  reads: [
    'POST /v2/scrape',
    'POST /v2/search',
    'POST /v2/map',
    'POST /v1/scrape',
    'POST /v1/search',
    'POST /v1/map',
  ],
  api_key: {
    label: 'API key',
    help_url: 'https://www.firecrawl.dev/app/api-keys',
    inject: { header: 'Authorization', format: 'Bearer {token}' },
    pattern: 'fc-.+',
    verify: { url: 'https://api.firecrawl.dev/v2/team/credit-usage', method: 'GET' },
  },
  evidence: ['documentation: docs.firecrawl.dev/api-reference/endpoint/credit-usage'],
  checked_on: '2026-11-21',
  confidence: 'high',
}
