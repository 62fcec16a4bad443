import type { Provider } from '../provider.ts'

export const cal: Provider = {
  id: 'cal',
  name: 'Cal.com',
  category: 'productivity',
  aliases: ['bookings'],
  api_hosts: ['api.cal.com'],
  api_base: 'https://api.cal.com/v2/',
  api_headers: { 'cal-api-version': '2024-08-13' },
  api_key: {
    label: 'API key',
    help_url: 'https://app.cal.com/settings/developer/api-keys',
    inject: { header: 'Authorization', format: 'Bearer {token}' },
    pattern: 'cal_.+',
    verify: {
      url: 'https://api.cal.com/v2/me',
      method: 'GET',
      id_pointer: '/data/id',
      label_pointer: '/data/email',
    },
  },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['api_key'],
}
