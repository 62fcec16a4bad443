import type { Provider } from '../provider.ts'

export const finnhub: Provider = {
  id: 'finnhub',
  name: 'Finnhub',
  category: 'business',
  aliases: ['stocks'],
  api_hosts: ['finnhub.io'],
  api_base: 'https://finnhub.io/api/v1/',
  api_key: {
    label: 'API key',
    help_url: 'https://finnhub.io/dashboard',
    inject: { header: 'X-Finnhub-Token', format: '{token}' },
    verify: { url: 'https://finnhub.io/api/v1/quote?symbol=AAPL', method: 'GET' },
  },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['api_key'],
}
