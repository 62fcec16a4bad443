import type { Provider } from '../provider.ts'

export const serpapi: Provider = {
  id: 'serpapi',
  name: 'SerpApi',
  category: 'search',
  aliases: ['google search'],
  api_hosts: ['serpapi.com'],
  api_key: {
    label: 'API key',
    help_url: 'https://serpapi.com/manage-api-key',
    inject: { query: 'api_key' },
    verify: {
      url: 'https://serpapi.com/account.json',
      method: 'GET',
      id_pointer: '/account_id',
      label_pointer: '/account_email',
    },
  },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['api_key'],
}
