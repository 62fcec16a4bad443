import type { Provider } from '../provider.ts'

export const replicate: Provider = {
  id: 'replicate',
  name: 'Replicate',
  category: 'ai',
  api_hosts: ['api.replicate.com'],
  api_base: 'https://api.replicate.com/v1/',
  api_key: {
    label: 'API token',
    help_url: 'https://replicate.com/account/api-tokens',
    inject: { header: 'Authorization', format: 'Bearer {token}' },
    pattern: 'r8_.+',
    verify: {
      url: 'https://api.replicate.com/v1/account',
      method: 'GET',
      id_pointer: '/username',
      label_pointer: '/username',
    },
  },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['api_key'],
}
