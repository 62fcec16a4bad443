import type { Provider } from '../provider.ts'

export const resend: Provider = {
  id: 'resend',
  name: 'Resend',
  category: 'marketing',
  aliases: ['mail'],
  api_hosts: ['api.resend.com'],
  api_key: {
    label: 'API key',
    help_url: 'https://resend.com/api-keys',
    inject: { header: 'Authorization', format: 'Bearer {token}' },
    pattern: 're_.+',
  },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['api_key'],
}
