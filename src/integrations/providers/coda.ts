import type { Provider } from '../provider.ts'

export const coda: Provider = {
  id: 'coda',
  name: 'Coda',
  category: 'productivity',
  api_hosts: ['coda.io'],
  api_base: 'https://coda.io/apis/v1/',
  api_key: {
    label: 'API token',
    help_url: 'https://coda.io/account',
    inject: { header: 'Authorization', format: 'Bearer {token}' },
    verify: {
      url: 'https://coda.io/apis/v1/whoami',
      method: 'GET',
      id_pointer: '/loginId',
      label_pointer: '/loginId',
    },
  },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['api_key'],
}
