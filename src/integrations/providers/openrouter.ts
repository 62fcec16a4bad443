import type { Provider } from '../provider.ts'

export const openrouter: Provider = {
  id: 'openrouter',
  name: 'OpenRouter',
  category: 'ai',
  api_hosts: ['openrouter.ai'],
  api_base: 'https://openrouter.ai/api/v1/',
  api_key: {
    label: 'API key',
    help_url: 'https://openrouter.ai/settings/keys',
    inject: { header: 'Authorization', format: 'Bearer {token}' },
    pattern: 'sk-or-.+',
    verify: { url: 'https://openrouter.ai/api/v1/key', method: 'GET', label_pointer: '/data/label' },
  },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['api_key'],
}
