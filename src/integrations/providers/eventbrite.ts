import type { Provider } from '../provider.ts'

export const eventbrite: Provider = {
  id: 'eventbrite',
  name: 'Eventbrite',
  category: 'productivity',
  register_url: 'https://www.eventbrite.com/account-settings/apps',
  manage_url: 'https://www.eventbrite.com/account-settings/apps',
  api_hosts: ['www.eventbriteapi.com'],
  api_base: 'https://www.eventbriteapi.com/v3/',
  grants: ['authorization_code'],
  authorize_url: 'https://www.eventbrite.com/oauth/authorize',
  token_url: 'https://www.eventbrite.com/oauth/token',
  pkce: 'tolerated',
  token_auth: 'post',
  scope_separator: null,
  access_ttl_s: null,
  refresh: { rotation: 'none' },
  userinfo: {
    url: 'https://www.eventbriteapi.com/v3/users/me/',
    method: 'GET',
    id_pointer: '/id',
    label_pointer: '/name',
  },
  api_key: {
    label: 'Private token',
    help_url: 'https://www.eventbrite.com/account-settings/apps',
    inject: { header: 'Authorization', format: 'Bearer {token}' },
    verify: {
      url: 'https://www.eventbriteapi.com/v3/users/me/',
      method: 'GET',
      id_pointer: '/id',
      label_pointer: '/name',
    },
  },
  evidence: [
    'NangoHQ/nango packages/providers/providers.yaml @2f4c0af',
    'npm n8n-nodes-base 2.41.2',
    'nextauthjs/next-auth packages/core/src/providers',
  ],
  checked_on: '2026-11-20',
  confidence: 'high',
  notes: ['No scopes.'],
}
