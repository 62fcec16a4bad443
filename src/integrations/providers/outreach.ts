import type { Provider } from '../provider.ts'

export const outreach: Provider = {
  id: 'outreach',
  name: 'Outreach',
  category: 'business',
  register_url: 'https://developers.outreach.io/',
  api_hosts: ['api.outreach.io'],
  api_base: 'https://api.outreach.io/api/v2/',
  grants: ['authorization_code', 'refresh_token'],
  authorize_url: 'https://api.outreach.io/oauth/authorize',
  token_url: 'https://api.outreach.io/oauth/token',
  pkce: 'tolerated',
  token_auth: 'post',
  scope_separator: ' ',
  default_scopes: ['prospects.read', 'accounts.read'],
  access_ttl_s: 7200,
  refresh: { rotation: 'rotates', refresh_ttl_s: 1209600 },
  userinfo: {
    url: 'https://api.outreach.io/api/v2',
    method: 'GET',
    id_pointer: '/meta/user/id',
    label_pointer: '/meta/user/email',
  },
  evidence: [
    'NangoHQ/nango packages/providers/providers.yaml @2f4c0af',
    'amp-labs/connectors providers',
    'rdrr.io outReach (2 h)',
  ],
  checked_on: '2026-11-20',
  confidence: 'medium',
  unverified: ['userinfo', 'refresh.rotation', 'refresh.refresh_ttl_s'],
  notes: ['scope must be sent explicitly.'],
}
