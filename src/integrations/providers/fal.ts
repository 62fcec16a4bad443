import type { Provider } from '../provider.ts'

export const fal: Provider = {
  id: 'fal',
  name: 'fal',
  category: 'ai',
  api_hosts: ['queue.fal.run', 'fal.run', 'api.fal.ai'],
  api_key: {
    label: 'API key',
    help_url: 'https://fal.ai/dashboard/keys',
    inject: { header: 'Authorization', format: 'Key {token}' },
  },
  evidence: ['documentation: docs.fal.ai/documentation/model-apis/authentication'],
  checked_on: '2026-11-21',
  confidence: 'high',
}
