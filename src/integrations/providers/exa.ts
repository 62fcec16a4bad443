import type { Provider } from '../provider.ts'

export const exa: Provider = {
  id: 'exa',
  name: 'Exa',
  category: 'search',
  api_hosts: ['api.exa.ai'],
  reads: ['POST /search', 'POST /contents', 'POST /findSimilar', 'POST /answer'],
  api_key: {
    label: 'API key',
    help_url: 'https://dashboard.exa.ai/api-keys',
    inject: { header: 'x-api-key', format: '{token}' },
  },
  evidence: ['documentation: exa.ai/docs/reference, through docs.rs/lc-tools'],
  checked_on: '2026-11-21',
  confidence: 'high',
}
