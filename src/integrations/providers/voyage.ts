import type { Provider } from '../provider.ts'

export const voyage: Provider = {
  id: 'voyage',
  name: 'Voyage AI',
  category: 'ai',
  api_hosts: ['api.voyageai.com'],
  api_base: 'https://api.voyageai.com/v1/',
  reads: ['POST /v1/embeddings', 'POST /v1/rerank'],
  api_key: {
    label: 'API key',
    help_url: 'https://dashboard.voyageai.com/api-keys',
    inject: { header: 'Authorization', format: 'Bearer {token}' },
  },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['api_key'],
}
