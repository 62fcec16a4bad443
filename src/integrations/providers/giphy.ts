import type { Provider } from '../provider.ts'

export const giphy: Provider = {
  id: 'giphy',
  name: 'GIPHY',
  category: 'content',
  aliases: ['gif'],
  api_hosts: ['api.giphy.com'],
  api_key: {
    label: 'API key',
    help_url: 'https://developers.giphy.com/dashboard/',
    inject: { query: 'api_key' },
    verify: { url: 'https://api.giphy.com/v1/gifs/trending?limit=1', method: 'GET' },
  },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['api_key'],
}
