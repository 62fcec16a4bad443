import type { Provider } from '../provider.ts'

export const trello: Provider = {
  id: 'trello',
  name: 'Trello',
  category: 'productivity',
  manage_url: 'https://trello.com/my/account',
  api_hosts: ['api.trello.com'],
  api_base: 'https://api.trello.com/1/',
  user_password: {
    label: 'API key and token',
    help_url: 'https://trello.com/power-ups/admin',
    inject: {
      header: 'Authorization',
      format: 'OAuth oauth_consumer_key="{username}", oauth_token="{password}"',
    },
  },
  evidence: [
    'npm n8n-nodes-base 2.41.2',
    'vendor documentation as of 2026-09-30, read by a public audit',
    'documentation: developer.atlassian.com/cloud/trello/guides/rest-api/authorization',
  ],
  checked_on: '2026-11-20',
  confidence: 'medium',
  unverified: ['user_password.inject'],
  notes: ['Signing in speaks OAuth 1, which is not spoken here: people bring an API key and a token.'],
}
