import type { Provider } from '../provider.ts'

export const jina: Provider = {
  id: 'jina',
  name: 'Jina AI',
  category: 'search',
  api_hosts: ['api.jina.ai', 'r.jina.ai', 's.jina.ai'],
  reads: ['POST /v1/embeddings', 'POST /v1/rerank'],
  api_key: {
    label: 'API key',
    help_url: 'https://jina.ai/api-dashboard/key-manager',
    inject: { header: 'Authorization', format: 'Bearer {token}' },
    pattern: 'jina_.+',
  },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['api_key'],
}
