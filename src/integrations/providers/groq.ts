import type { Provider } from '../provider.ts'

export const groq: Provider = {
  id: 'groq',
  name: 'Groq',
  category: 'ai',
  api_hosts: ['api.groq.com'],
  api_base: 'https://api.groq.com/openai/v1/',
  api_key: {
    label: 'API key',
    help_url: 'https://console.groq.com/keys',
    inject: { header: 'Authorization', format: 'Bearer {token}' },
    pattern: 'gsk_.+',
    verify: { url: 'https://api.groq.com/openai/v1/models', method: 'GET' },
  },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['api_key'],
}
