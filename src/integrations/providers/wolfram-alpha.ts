import type { Provider } from '../provider.ts'

export const wolframAlpha: Provider = {
  id: 'wolfram-alpha',
  name: 'Wolfram Alpha',
  category: 'search',
  aliases: ['calculation'],
  api_hosts: ['api.wolframalpha.com'],
  api_key: { label: 'API key', help_url: 'https://developer.wolframalpha.com/', inject: { query: 'appid' } },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['api_key'],
}
