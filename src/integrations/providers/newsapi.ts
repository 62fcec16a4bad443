import type { Provider } from '../provider.ts'

export const newsapi: Provider = {
  id: 'newsapi',
  name: 'NewsAPI',
  category: 'content',
  aliases: ['news'],
  api_hosts: ['newsapi.org'],
  api_base: 'https://newsapi.org/v2/',
  api_key: {
    label: 'API key',
    help_url: 'https://newsapi.org/account',
    inject: { header: 'X-Api-Key', format: '{token}' },
    verify: { url: 'https://newsapi.org/v2/top-headlines?country=us&pageSize=1', method: 'GET' },
  },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['api_key'],
}
