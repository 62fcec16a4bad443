import type { Provider } from '../provider.ts'

export const bitbucket: Provider = {
  id: 'bitbucket',
  name: 'Bitbucket Cloud',
  category: 'dev',
  register_url: 'https://support.atlassian.com/bitbucket-cloud/docs/use-oauth-on-bitbucket-cloud/',
  manage_url: 'https://bitbucket.org/account/settings/app-authorizations/',
  api_hosts: ['api.bitbucket.org'],
  api_base: 'https://api.bitbucket.org/2.0/',
  grants: ['authorization_code', 'refresh_token'],
  authorize_url: 'https://bitbucket.org/site/oauth2/authorize',
  token_url: 'https://bitbucket.org/site/oauth2/access_token',
  pkce: 'tolerated',
  token_auth: 'basic_or_post',
  scope_separator: ' ',
  token_response: { scope: '/scopes' },
  access_ttl_s: 7200,
  refresh: { rotation: 'static' },
  userinfo: {
    url: 'https://api.bitbucket.org/2.0/user',
    method: 'GET',
    id_pointer: '/uuid',
    label_pointer: '/username',
  },
  user_password: {
    label: 'Email address and API token',
    help_url: 'https://id.atlassian.com/manage-profile/security/api-tokens',
  },
  evidence: [
    'NangoHQ/nango packages/providers/providers.yaml @2f4c0af',
    'npm arctic 3.7.0',
    'nextauthjs/next-auth packages/core/src/providers',
    'several public repositories',
  ],
  checked_on: '2026-11-20',
  confidence: 'medium',
  unverified: ['access_ttl_s', 'user_password'],
  notes: [
    'Scopes belong to the client; the answer has them as `scopes`.',
    'Passwords of apps have ended: people use an API token.',
  ],
}
