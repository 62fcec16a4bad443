import type { Provider } from '../provider.ts'

export const tavily: Provider = {
  id: 'tavily',
  name: 'Tavily',
  category: 'search',
  api_hosts: ['api.tavily.com'],
  reads: ['POST /search', 'POST /extract', 'POST /map', 'POST /crawl'],
  api_key: {
    label: 'API key',
    help_url: 'https://app.tavily.com/home',
    inject: { header: 'Authorization', format: 'Bearer {token}' },
    pattern: 'tvly-.+',
    verify: { url: 'https://api.tavily.com/usage', method: 'GET' },
  },
  evidence: ['documentation: docs.tavily.com/api-reference/introduction'],
  checked_on: '2026-11-21',
  confidence: 'high',
}
