import type { Provider } from '../provider.ts'

export const openai: Provider = {
  id: 'openai',
  name: 'OpenAI',
  category: 'ai',
  aliases: ['gpt', 'chatgpt'],
  api_hosts: ['api.openai.com'],
  api_base: 'https://api.openai.com/v1/',
  reads: ['POST /v1/embeddings', 'POST /v1/moderations'],
  api_key: {
    label: 'API key',
    help_url: 'https://platform.openai.com/api-keys',
    inject: { header: 'Authorization', format: 'Bearer {token}' },
    pattern: 'sk-.+',
    verify: { url: 'https://api.openai.com/v1/models', method: 'GET' },
  },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['api_key'],
}
