import type { Provider } from '../provider.ts'

export const mistral: Provider = {
  id: 'mistral',
  name: 'Mistral',
  category: 'ai',
  api_hosts: ['api.mistral.ai'],
  api_base: 'https://api.mistral.ai/v1/',
  api_key: {
    label: 'API key',
    help_url: 'https://console.mistral.ai/api-keys',
    inject: { header: 'Authorization', format: 'Bearer {token}' },
    verify: { url: 'https://api.mistral.ai/v1/models', method: 'GET' },
  },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['api_key'],
}
