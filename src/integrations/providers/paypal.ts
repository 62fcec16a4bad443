import type { Provider } from '../provider.ts'

export const paypal: Provider = {
  id: 'paypal',
  name: 'PayPal',
  category: 'commerce',
  register_url: 'https://developer.paypal.com/dashboard/applications',
  manage_url: 'https://www.paypal.com/myaccount/security/',
  api_hosts: ['api-m.paypal.com'],
  grants: ['authorization_code', 'refresh_token'],
  authorize_url: 'https://www.paypal.com/signin/authorize',
  token_url: 'https://api-m.paypal.com/v1/oauth2/token',
  pkce: 'supported',
  token_auth: 'basic',
  scope_separator: ' ',
  default_scopes: ['openid', 'email', 'profile'],
  refresh: { rotation: 'static' },
  userinfo: {
    url: 'https://api-m.paypal.com/v1/identity/openidconnect/userinfo?schema=openid',
    method: 'GET',
    id_pointer: '/user_id',
    label_pointer: '/name',
  },
  evidence: [
    'NangoHQ/nango packages/providers/providers.yaml @2f4c0af',
    'npm better-auth 1.7.24',
    'vendor documentation as of 2026-09-30, read by a public audit',
  ],
  checked_on: '2026-11-20',
  confidence: 'medium',
  unverified: ['refresh', 'userinfo'],
  notes: [
    'Gives identity; the data of merchants needs another kind of app.',
    'The sandbox lives at api-m.sandbox.paypal.com: override the URLs.',
  ],
}
