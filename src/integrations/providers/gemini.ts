import type { Provider } from '../provider.ts'

export const gemini: Provider = {
  id: 'gemini',
  name: 'Gemini',
  category: 'ai',
  aliases: ['google ai'],
  api_hosts: ['generativelanguage.googleapis.com'],
  api_base: 'https://generativelanguage.googleapis.com/v1beta/',
  api_key: {
    label: 'API key',
    help_url: 'https://aistudio.google.com/apikey',
    inject: { header: 'x-goog-api-key', format: '{token}' },
    verify: { url: 'https://generativelanguage.googleapis.com/v1beta/models', method: 'GET' },
  },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['api_key'],
}
