import type { Provider } from '../provider.ts'

export const postmark: Provider = {
  id: 'postmark',
  name: 'Postmark',
  category: 'marketing',
  aliases: ['mail'],
  api_hosts: ['api.postmarkapp.com'],
  api_headers: { Accept: 'application/json' },
  api_key: {
    label: 'Server API token',
    help_url: 'https://account.postmarkapp.com/servers',
    inject: { header: 'X-Postmark-Server-Token', format: '{token}' },
    verify: {
      url: 'https://api.postmarkapp.com/server',
      method: 'GET',
      id_pointer: '/ID',
      label_pointer: '/Name',
    },
  },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['api_key'],
}
