import type { Provider } from '../provider.ts'

export const browserbase: Provider = {
  id: 'browserbase',
  name: 'Browserbase',
  category: 'dev',
  aliases: ['browser'],
  api_hosts: ['api.browserbase.com'],
  api_key: {
    label: 'API key',
    help_url: 'https://www.browserbase.com/settings',
    inject: { header: 'X-BB-API-Key', format: '{token}' },
    pattern: 'bb_.+',
    verify: {
      url: 'https://api.browserbase.com/v1/projects',
      method: 'GET',
      id_pointer: '/0/id',
      label_pointer: '/0/name',
    },
  },
  evidence: ['documentation: docs.browserbase.com/reference/api/list-projects'],
  checked_on: '2026-11-21',
  confidence: 'high',
}
