import type { Provider } from '../provider.ts'

export const baserow: Provider = {
  id: 'baserow',
  name: 'Baserow',
  category: 'productivity',
  aliases: ['tables'],
  api_hosts: ['api.baserow.io'],
  api_key: {
    label: 'Database token',
    help_url: 'https://baserow.io/',
    inject: { header: 'Authorization', format: 'Token {token}' },
  },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['api_key'],
}
