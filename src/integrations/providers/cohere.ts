import type { Provider } from '../provider.ts'

export const cohere: Provider = {
  id: 'cohere',
  name: 'Cohere',
  category: 'ai',
  api_hosts: ['api.cohere.com'],
  reads: ['POST /v2/rerank', 'POST /v2/embed'],
  api_key: {
    label: 'API key',
    help_url: 'https://dashboard.cohere.com/api-keys',
    inject: { header: 'Authorization', format: 'Bearer {token}' },
    verify: { url: 'https://api.cohere.com/v1/models', method: 'GET' },
  },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['api_key'],
}
