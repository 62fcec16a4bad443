import type { Provider } from '../provider.ts'

export const lemonSqueezy: Provider = {
  id: 'lemon-squeezy',
  name: 'Lemon Squeezy',
  category: 'commerce',
  api_hosts: ['api.lemonsqueezy.com'],
  api_base: 'https://api.lemonsqueezy.com/v1/',
  api_headers: { Accept: 'application/vnd.api+json' },
  api_key: {
    label: 'API key',
    help_url: 'https://app.lemonsqueezy.com/settings/api',
    inject: { header: 'Authorization', format: 'Bearer {token}' },
    verify: {
      url: 'https://api.lemonsqueezy.com/v1/users/me',
      method: 'GET',
      id_pointer: '/data/id',
      label_pointer: '/data/attributes/email',
    },
  },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['api_key'],
}
