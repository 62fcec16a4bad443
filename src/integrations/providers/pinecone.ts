import type { Provider } from '../provider.ts'

export const pinecone: Provider = {
  id: 'pinecone',
  name: 'Pinecone',
  category: 'ai',
  api_hosts: ['api.pinecone.io', '*.pinecone.io'],
  api_headers: { 'X-Pinecone-Api-Version': '2025-10' },
  reads: [
    'POST /query',
    'POST /describe_index_stats',
    'POST /embed',
    'POST /rerank',
    'POST /records/namespaces/*/search',
  ],
  api_key: {
    label: 'API key',
    help_url: 'https://app.pinecone.io/organizations/-/projects/-/keys',
    inject: { header: 'Api-Key', format: '{token}' },
    verify: { url: 'https://api.pinecone.io/indexes', method: 'GET' },
  },
  evidence: ['documentation: docs.pinecone.io/reference/api/authentication'],
  checked_on: '2026-11-21',
  confidence: 'high',
}
