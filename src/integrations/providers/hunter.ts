import type { Provider } from '../provider.ts'

export const hunter: Provider = {
  id: 'hunter',
  name: 'Hunter',
  category: 'marketing',
  aliases: ['email addresses'],
  api_hosts: ['api.hunter.io'],
  api_base: 'https://api.hunter.io/v2/',
  api_key: {
    label: 'API key',
    help_url: 'https://hunter.io/api-keys',
    inject: { query: 'api_key' },
    verify: { url: 'https://api.hunter.io/v2/account', method: 'GET', label_pointer: '/data/email' },
  },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['api_key'],
}
