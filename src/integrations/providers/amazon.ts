import type { Provider } from '../provider.ts'

export const amazon: Provider = {
  id: 'amazon',
  name: 'Login with Amazon',
  category: 'identity',
  register_url: 'https://developer.amazon.com/loginwithamazon/console/site/lwa/overview.html',
  manage_url: 'https://www.amazon.com/ap/adam',
  api_hosts: ['api.amazon.com'],
  grants: ['authorization_code', 'refresh_token'],
  authorize_url: 'https://www.amazon.com/ap/oa',
  token_url: 'https://api.amazon.com/auth/o2/token',
  pkce: 'supported',
  token_auth: 'post',
  scope_separator: ' ',
  default_scopes: ['profile'],
  scope_labels: {
    profile: 'read name and email address',
    'profile:user_id': 'know who you are',
    postal_code: 'read the postal code',
  },
  access_ttl_s: 3600,
  refresh: { rotation: 'static' },
  userinfo: {
    url: 'https://api.amazon.com/user/profile',
    method: 'GET',
    id_pointer: '/user_id',
    label_pointer: '/email',
  },
  evidence: [
    'NangoHQ/nango packages/providers/providers.yaml @2f4c0af',
    'vendor documentation as of 2026-09-30, read by a public audit',
  ],
  checked_on: '2026-11-20',
  confidence: 'medium',
  unverified: ['pkce', 'refresh'],
}
