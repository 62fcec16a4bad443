import type { Provider } from '../provider.ts'

export const snowflake: Provider = {
  id: 'snowflake',
  name: 'Snowflake',
  category: 'productivity',
  api_hosts: ['{account_host}'],
  api_base: 'https://{account_host}/api/v2/',
  api_headers: { 'X-Snowflake-Authorization-Token-Type': 'OAUTH' },
  tenant: {
    var: 'account_host',
    label: 'Host of the account',
    pattern: '^[a-z0-9_-]+(\\.[a-z0-9_-]+)*\\.snowflakecomputing\\.(com|cn)$',
    example: 'acme-prod.snowflakecomputing.com',
  },
  grants: ['authorization_code', 'refresh_token'],
  authorize_url: 'https://{account_host}/oauth/authorize',
  token_url: 'https://{account_host}/oauth/token-request',
  pkce: 'supported',
  token_auth: 'basic',
  scope_separator: ' ',
  offline_scopes: ['refresh_token'],
  token_response: { account: '/username' },
  access_ttl_s: 600,
  refresh: {
    rotation: 'configurable',
    refresh_ttl_s: 7776000,
    note: 'Validity is set on the security integration (OAUTH_REFRESH_TOKEN_VALIDITY); single-use tokens can be switched on.',
  },
  evidence: [
    'NangoHQ/nango packages/providers/providers.yaml @2f4c0af',
    'npm n8n-nodes-base 2.41.2',
    'documentation: docs.snowflake.com oauth overview',
  ],
  checked_on: '2026-11-20',
  confidence: 'medium',
  unverified: ['access_ttl_s', 'refresh.refresh_ttl_s', 'api_headers'],
  notes: ['How long refresh tokens live, and whether they work once, is set by the administrator.'],
}
