import type { Provider } from '../provider.ts'

export const stability: Provider = {
  id: 'stability',
  name: 'Stability AI',
  category: 'ai',
  api_hosts: ['api.stability.ai'],
  api_key: {
    label: 'API key',
    help_url: 'https://platform.stability.ai/account/keys',
    inject: { header: 'Authorization', format: 'Bearer {token}' },
    pattern: 'sk-.+',
    verify: {
      url: 'https://api.stability.ai/v1/user/account',
      method: 'GET',
      id_pointer: '/id',
      label_pointer: '/email',
    },
  },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['api_key'],
}
