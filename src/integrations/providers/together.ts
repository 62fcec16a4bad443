import type { Provider } from '../provider.ts'

export const together: Provider = {
  id: 'together',
  name: 'Together AI',
  category: 'ai',
  api_hosts: ['api.together.xyz'],
  api_base: 'https://api.together.xyz/v1/',
  api_key: {
    label: 'API key',
    help_url: 'https://api.together.ai/settings/api-keys',
    inject: { header: 'Authorization', format: 'Bearer {token}' },
    verify: { url: 'https://api.together.xyz/v1/models', method: 'GET' },
  },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['api_key'],
}
