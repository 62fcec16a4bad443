import type { Provider } from '../provider.ts'

export const helpscout: Provider = {
  id: 'helpscout',
  name: 'Help Scout',
  category: 'support',
  register_url: 'https://secure.helpscout.net/',
  api_hosts: ['api.helpscout.net'],
  api_base: 'https://api.helpscout.net/v2/',
  grants: ['authorization_code', 'refresh_token'],
  authorize_url: 'https://secure.helpscout.net/authentication/authorizeClientApplication',
  token_url: 'https://api.helpscout.net/v2/oauth2/token',
  pkce: 'avoid',
  token_auth: 'post',
  scope_separator: null,
  access_ttl_s: 172800,
  refresh: { rotation: 'rotates' },
  userinfo: {
    url: 'https://api.helpscout.net/v2/users/me',
    method: 'GET',
    id_pointer: '/id',
    label_pointer: '/email',
  },
  evidence: ['npm n8n-nodes-base 2.41.2', 'amp-labs/connectors providers'],
  checked_on: '2026-11-20',
  confidence: 'low',
  unverified: ['access_ttl_s', 'refresh.rotation'],
}
