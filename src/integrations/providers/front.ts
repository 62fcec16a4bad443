import type { Provider } from '../provider.ts'

export const front: Provider = {
  id: 'front',
  name: 'Front',
  category: 'support',
  register_url: 'https://app.frontapp.com/settings/developers',
  manage_url: 'https://app.frontapp.com/settings/developers',
  api_hosts: ['api2.frontapp.com'],
  grants: ['authorization_code', 'refresh_token'],
  authorize_url: 'https://app.frontapp.com/oauth/authorize',
  token_url: 'https://app.frontapp.com/oauth/token',
  pkce: 'tolerated',
  token_auth: 'basic_or_post',
  scope_separator: null,
  access_ttl_s: 3600,
  refresh: { rotation: 'rotates', refresh_ttl_s: 15552000, note: 'About six months.' },
  userinfo: { url: 'https://api2.frontapp.com/me', method: 'GET', id_pointer: '/id', label_pointer: '/name' },
  api_key: {
    label: 'API token',
    help_url: 'https://app.frontapp.com/settings/developers',
    inject: { header: 'Authorization', format: 'Bearer {token}' },
    verify: { url: 'https://api2.frontapp.com/me', method: 'GET', id_pointer: '/id', label_pointer: '/name' },
  },
  evidence: ['NangoHQ/nango packages/providers/providers.yaml @2f4c0af', 'documentation: dev.frontapp.com'],
  checked_on: '2026-11-20',
  confidence: 'medium',
  unverified: ['api_key'],
}
