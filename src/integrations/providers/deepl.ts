import type { Provider } from '../provider.ts'

export const deepl: Provider = {
  id: 'deepl',
  name: 'DeepL',
  category: 'ai',
  aliases: ['translation'],
  api_hosts: ['api.deepl.com', 'api-free.deepl.com'],
  reads: ['POST /v2/translate', 'POST /v2/write/rephrase'],
  api_key: {
    label: 'API key',
    help_url: 'https://www.deepl.com/your-account/keys',
    inject: { header: 'Authorization', format: 'DeepL-Auth-Key {token}' },
  },
  evidence: ['documentation: developers.deepl.com/docs/getting-started/auth'],
  checked_on: '2026-11-21',
  confidence: 'high',
  notes: [
    'Keys of the free plan end in :fx and belong to api-free.deepl.com: name that host in the request.',
  ],
}
