import type { Provider } from '../provider.ts'

export const deepseek: Provider = {
  id: 'deepseek',
  name: 'DeepSeek',
  category: 'ai',
  api_hosts: ['api.deepseek.com'],
  api_key: {
    label: 'API key',
    help_url: 'https://platform.deepseek.com/api_keys',
    inject: { header: 'Authorization', format: 'Bearer {token}' },
    verify: { url: 'https://api.deepseek.com/models', method: 'GET' },
  },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['api_key'],
}
