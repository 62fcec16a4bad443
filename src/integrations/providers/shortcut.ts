import type { Provider } from '../provider.ts'

export const shortcut: Provider = {
  id: 'shortcut',
  name: 'Shortcut',
  category: 'productivity',
  aliases: ['stories'],
  api_hosts: ['api.app.shortcut.com'],
  api_base: 'https://api.app.shortcut.com/api/v3/',
  reads: ['POST /api/v3/stories/search'],
  api_key: {
    label: 'API token',
    help_url: 'https://app.shortcut.com/settings/account/api-tokens',
    inject: { header: 'Shortcut-Token', format: '{token}' },
    verify: {
      url: 'https://api.app.shortcut.com/api/v3/member',
      method: 'GET',
      id_pointer: '/id',
      label_pointer: '/mention_name',
    },
  },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['api_key'],
}
