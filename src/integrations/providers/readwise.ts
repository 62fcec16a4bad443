import type { Provider } from '../provider.ts'

export const readwise: Provider = {
  id: 'readwise',
  name: 'Readwise',
  category: 'productivity',
  aliases: ['highlights'],
  api_hosts: ['readwise.io'],
  api_key: {
    label: 'Access token',
    help_url: 'https://readwise.io/access_token',
    inject: { header: 'Authorization', format: 'Token {token}' },
    verify: { url: 'https://readwise.io/api/v2/auth/', method: 'GET' },
  },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['api_key'],
}
