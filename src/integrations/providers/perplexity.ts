import type { Provider } from '../provider.ts'

export const perplexity: Provider = {
  id: 'perplexity',
  name: 'Perplexity',
  category: 'ai',
  api_hosts: ['api.perplexity.ai'],
  reads: ['POST /search', 'POST /chat/completions'],
  api_key: {
    label: 'API key',
    help_url: 'https://www.perplexity.ai/settings/api',
    inject: { header: 'Authorization', format: 'Bearer {token}' },
    pattern: 'pplx-.+',
  },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['api_key'],
}
