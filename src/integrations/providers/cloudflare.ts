import type { Provider } from '../provider.ts'

export const cloudflare: Provider = {
  id: 'cloudflare',
  name: 'Cloudflare',
  category: 'dev',
  register_url: 'https://dash.cloudflare.com/profile/api-tokens',
  manage_url: 'https://dash.cloudflare.com/profile/api-tokens',
  api_hosts: ['api.cloudflare.com'],
  api_base: 'https://api.cloudflare.com/client/v4/',
  grants: ['authorization_code', 'refresh_token'],
  authorize_url: 'https://dash.cloudflare.com/oauth2/auth',
  token_url: 'https://dash.cloudflare.com/oauth2/token',
  pkce: 'supported',
  token_auth: 'basic_or_post',
  scope_separator: ' ',
  offline_scopes: ['offline_access'],
  refresh: { rotation: 'rotates' },
  userinfo: {
    url: 'https://dash.cloudflare.com/oauth2/userinfo',
    method: 'GET',
    id_pointer: '/sub',
    label_pointer: '/email',
  },
  revoke: {
    url: 'https://dash.cloudflare.com/oauth2/revoke',
    method: 'POST',
    client_auth: 'post',
    token: 'access_or_refresh',
    effect: 'token',
  },
  api_key: {
    label: 'API token',
    help_url: 'https://dash.cloudflare.com/profile/api-tokens',
    inject: { header: 'Authorization', format: 'Bearer {token}' },
    verify: {
      url: 'https://api.cloudflare.com/client/v4/user/tokens/verify',
      method: 'GET',
      id_pointer: '/result/id',
    },
  },
  evidence: [
    'dash.cloudflare.com openid-configuration (via search)',
    'authorization server metadata as of 2026-09-30, fetched by a public audit',
  ],
  checked_on: '2026-11-20',
  confidence: 'medium',
  unverified: ['refresh.rotation', 'api_key'],
}
