import type { Provider } from '../provider.ts'

export const mailchimp: Provider = {
  id: 'mailchimp',
  name: 'Mailchimp',
  category: 'marketing',
  register_url: 'https://admin.mailchimp.com/account/oauth2/',
  manage_url: 'https://admin.mailchimp.com/account/connected-sites/',
  api_hosts: ['*.api.mailchimp.com'],
  api_base: 'https://{dc}.api.mailchimp.com/3.0/',
  grants: ['authorization_code'],
  authorize_url: 'https://login.mailchimp.com/oauth2/authorize',
  token_url: 'https://login.mailchimp.com/oauth2/token',
  pkce: 'tolerated',
  token_auth: 'post',
  scope_separator: null,
  access_ttl_s: null,
  refresh: { rotation: 'none', note: 'expires_in is 0 and means never.' },
  post_connect: [
    {
      url: 'https://login.mailchimp.com/oauth2/metadata',
      pick: '/dc',
      store: 'dc',
      inject: { header: 'Authorization', format: 'OAuth {token}' },
    },
  ],
  userinfo: {
    url: 'https://login.mailchimp.com/oauth2/metadata',
    method: 'GET',
    id_pointer: '/user_id',
    label_pointer: '/login/email',
    inject: { header: 'Authorization', format: 'OAuth {token}' },
  },
  evidence: [
    'NangoHQ/nango packages/providers/providers.yaml @2f4c0af',
    'npm n8n-nodes-base 2.41.2',
    'nextauthjs/next-auth packages/core/src/providers',
    'vendor documentation as of 2026-09-30, read by a public audit',
  ],
  checked_on: '2026-11-20',
  confidence: 'high',
  unverified: ['expires'],
  notes: ['`expires_in: 0` means never.', 'The data centre, and so the host, is learned at connecting.'],
}
