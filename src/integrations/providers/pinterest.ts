import type { Provider } from '../provider.ts'

export const pinterest: Provider = {
  id: 'pinterest',
  name: 'Pinterest',
  category: 'social',
  register_url: 'https://developers.pinterest.com/apps/',
  manage_url: 'https://www.pinterest.com/settings/apps/',
  api_hosts: ['api.pinterest.com'],
  api_base: 'https://api.pinterest.com/v5/',
  grants: ['authorization_code', 'refresh_token'],
  authorize_url: 'https://www.pinterest.com/oauth/',
  token_url: 'https://api.pinterest.com/v5/oauth/token',
  pkce: 'tolerated',
  token_auth: 'basic',
  scope_separator: ',',
  default_scopes: ['user_accounts:read', 'boards:read', 'pins:read'],
  access_ttl_s: 2592000,
  refresh: { rotation: 'may_rotate', refresh_ttl_s: 5184000 },
  userinfo: {
    url: 'https://api.pinterest.com/v5/user_account',
    method: 'GET',
    id_pointer: '/id',
    label_pointer: '/username',
  },
  evidence: [
    'NangoHQ/nango packages/providers/providers.yaml @2f4c0af',
    'nextauthjs/next-auth packages/core/src/providers',
    'amp-labs/connectors providers',
  ],
  checked_on: '2026-11-20',
  confidence: 'medium',
  unverified: ['access_ttl_s', 'refresh'],
}
