import type { Provider } from '../provider.ts'

export const xai: Provider = {
  id: 'xai',
  name: 'xAI',
  category: 'ai',
  aliases: ['grok'],
  api_hosts: ['api.x.ai'],
  api_base: 'https://api.x.ai/v1/',
  api_key: {
    label: 'API key',
    help_url: 'https://console.x.ai/',
    inject: { header: 'Authorization', format: 'Bearer {token}' },
    pattern: 'xai-.+',
    verify: {
      url: 'https://api.x.ai/v1/api-key',
      method: 'GET',
      id_pointer: '/api_key_id',
      label_pointer: '/name',
    },
  },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['api_key'],
}
