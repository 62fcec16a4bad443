import type { Provider } from '../provider.ts'

export const mailgun: Provider = {
  id: 'mailgun',
  name: 'Mailgun',
  category: 'marketing',
  aliases: ['mail'],
  api_hosts: ['api.mailgun.net', 'api.eu.mailgun.net'],
  api_key: {
    label: 'API key',
    help_url: 'https://app.mailgun.com/settings/api_security',
    inject: { basic: { username: 'api', password: '{token}' } },
    verify: { url: 'https://api.mailgun.net/v4/domains', method: 'GET' },
  },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['api_key'],
}
