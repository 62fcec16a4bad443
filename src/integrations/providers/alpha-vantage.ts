import type { Provider } from '../provider.ts'

export const alphaVantage: Provider = {
  id: 'alpha-vantage',
  name: 'Alpha Vantage',
  category: 'business',
  aliases: ['stocks'],
  api_hosts: ['www.alphavantage.co'],
  api_key: {
    label: 'API key',
    help_url: 'https://www.alphavantage.co/support/#api-key',
    inject: { query: 'apikey' },
  },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['api_key'],
  notes: ['A key that is not valid is answered with HTTP 200, so it is not proved here.'],
}
