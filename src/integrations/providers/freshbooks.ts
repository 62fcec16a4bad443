import type { Provider } from '../provider.ts'

export const freshbooks: Provider = {
  id: 'freshbooks',
  name: 'FreshBooks',
  category: 'business',
  register_url: 'https://my.freshbooks.com/#/developer',
  api_hosts: ['api.freshbooks.com'],
  grants: ['authorization_code', 'refresh_token'],
  authorize_url: 'https://auth.freshbooks.com/oauth/authorize',
  token_url: 'https://api.freshbooks.com/auth/oauth/token',
  pkce: 'tolerated',
  token_auth: 'post',
  scope_separator: ' ',
  access_ttl_s: 43200,
  refresh: { rotation: 'rotates' },
  userinfo: {
    url: 'https://api.freshbooks.com/auth/api/v1/users/me',
    method: 'GET',
    id_pointer: '/response/id',
    label_pointer: '/response/email',
  },
  revoke: {
    url: 'https://api.freshbooks.com/auth/oauth/revoke',
    method: 'POST',
    client_auth: 'post',
    token: 'access_or_refresh',
    effect: 'token',
  },
  evidence: [
    'NangoHQ/nango packages/providers/providers.yaml @2f4c0af',
    'nextauthjs/next-auth packages/core/src/providers',
    'several public repositories',
  ],
  checked_on: '2026-11-20',
  confidence: 'medium',
  unverified: ['access_ttl_s', 'revoke'],
}
