import type { Provider } from '../provider.ts'

export const netlify: Provider = {
  id: 'netlify',
  name: 'Netlify',
  category: 'dev',
  register_url: 'https://app.netlify.com/user/applications',
  manage_url: 'https://app.netlify.com/user/applications',
  api_hosts: ['api.netlify.com'],
  api_base: 'https://api.netlify.com/api/v1/',
  grants: ['authorization_code'],
  authorize_url: 'https://app.netlify.com/authorize',
  token_url: 'https://api.netlify.com/oauth/token',
  pkce: 'avoid',
  token_auth: 'post',
  scope_separator: null,
  access_ttl_s: null,
  refresh: { rotation: 'none' },
  userinfo: {
    url: 'https://api.netlify.com/api/v1/user',
    method: 'GET',
    id_pointer: '/id',
    label_pointer: '/email',
  },
  api_key: {
    label: 'Personal access token',
    help_url: 'https://app.netlify.com/user/applications',
    inject: { header: 'Authorization', format: 'Bearer {token}' },
    verify: {
      url: 'https://api.netlify.com/api/v1/user',
      method: 'GET',
      id_pointer: '/id',
      label_pointer: '/email',
    },
  },
  evidence: [
    'nextauthjs/next-auth packages/core/src/providers',
    'several public repositories',
    'authorization server metadata as of 2026-09-30, fetched by a public audit',
  ],
  checked_on: '2026-11-20',
  confidence: 'medium',
  notes: ['No scopes.', 'Sources disagree about refresh tokens; none is expected.'],
}
