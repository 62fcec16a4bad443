import type { Provider } from '../provider.ts'

export const ipinfo: Provider = {
  id: 'ipinfo',
  name: 'IPinfo',
  category: 'dev',
  aliases: ['ip address'],
  api_hosts: ['ipinfo.io'],
  api_key: {
    label: 'Access token',
    help_url: 'https://ipinfo.io/account/token',
    inject: { header: 'Authorization', format: 'Bearer {token}' },
    verify: { url: 'https://ipinfo.io/me', method: 'GET' },
  },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['api_key'],
}
