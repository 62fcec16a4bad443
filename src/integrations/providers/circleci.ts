import type { Provider } from '../provider.ts'

export const circleci: Provider = {
  id: 'circleci',
  name: 'CircleCI',
  category: 'dev',
  aliases: ['builds'],
  api_hosts: ['circleci.com'],
  api_base: 'https://circleci.com/api/v2/',
  api_key: {
    label: 'Personal API token',
    help_url: 'https://app.circleci.com/settings/user/tokens',
    inject: { header: 'Circle-Token', format: '{token}' },
    verify: {
      url: 'https://circleci.com/api/v2/me',
      method: 'GET',
      id_pointer: '/id',
      label_pointer: '/login',
    },
  },
  evidence: ['documentation of the vendor, as generally known; not looked up'],
  checked_on: '2026-11-21',
  confidence: 'medium',
  unverified: ['api_key'],
}
