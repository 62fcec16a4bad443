import type { Provider } from '../provider.ts'

export const salesloft: Provider = {
  id: 'salesloft',
  name: 'Salesloft',
  category: 'business',
  register_url: 'https://accounts.salesloft.com/oauth/applications',
  api_hosts: ['api.salesloft.com'],
  api_base: 'https://api.salesloft.com/v2/',
  grants: ['authorization_code', 'refresh_token'],
  authorize_url: 'https://accounts.salesloft.com/oauth/authorize',
  token_url: 'https://accounts.salesloft.com/oauth/token',
  pkce: 'tolerated',
  token_auth: 'post',
  scope_separator: ' ',
  access_ttl_s: 7200,
  refresh: { rotation: 'rotates' },
  userinfo: {
    url: 'https://api.salesloft.com/v2/me',
    method: 'GET',
    id_pointer: '/data/id',
    label_pointer: '/data/email',
  },
  api_key: {
    label: 'API key',
    help_url: 'https://accounts.salesloft.com/settings/api_keys',
    inject: { header: 'Authorization', format: 'Bearer {token}' },
    verify: {
      url: 'https://api.salesloft.com/v2/me',
      method: 'GET',
      id_pointer: '/data/id',
      label_pointer: '/data/email',
    },
  },
  evidence: ['NangoHQ/nango packages/providers/providers.yaml @2f4c0af', 'amp-labs/connectors providers'],
  checked_on: '2026-11-20',
  confidence: 'medium',
  unverified: ['access_ttl_s', 'refresh.rotation', 'api_key'],
}
