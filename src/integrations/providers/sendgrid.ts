import type { Provider } from '../provider.ts'

export const sendgrid: Provider = {
  id: 'sendgrid',
  name: 'SendGrid',
  category: 'marketing',
  aliases: ['mail'],
  api_hosts: ['api.sendgrid.com'],
  api_base: 'https://api.sendgrid.com/v3/',
  api_key: {
    label: 'API key',
    help_url: 'https://app.sendgrid.com/settings/api_keys',
    inject: { header: 'Authorization', format: 'Bearer {token}' },
    pattern: 'SG\\..+',
    verify: { url: 'https://api.sendgrid.com/v3/scopes', method: 'GET' },
  },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['api_key'],
}
