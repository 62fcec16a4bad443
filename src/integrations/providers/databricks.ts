import type { Provider } from '../provider.ts'

export const databricks: Provider = {
  id: 'databricks',
  name: 'Databricks',
  category: 'productivity',
  api_hosts: ['{host}'],
  tenant: {
    var: 'host',
    label: 'Host of the workspace',
    pattern:
      '^[a-z0-9-]+(\\.[a-z0-9-]+)*\\.(cloud\\.databricks\\.com|azuredatabricks\\.net|gcp\\.databricks\\.com)$',
    example: 'adb-12345.7.azuredatabricks.net',
  },
  grants: ['authorization_code', 'refresh_token'],
  authorize_url: 'https://{host}/oidc/v1/authorize',
  token_url: 'https://{host}/oidc/v1/token',
  pkce: 'required',
  token_auth: 'basic_or_none',
  scope_separator: ' ',
  default_scopes: ['all-apis'],
  offline_scopes: ['offline_access'],
  access_ttl_s: 3600,
  refresh: {
    rotation: 'configurable',
    note: 'Single-use refresh tokens per app (enable_single_use_refresh_tokens), with an absolute session lifetime: always store what comes back.',
  },
  userinfo: {
    url: 'https://{host}/api/2.0/preview/scim/v2/Me',
    method: 'GET',
    id_pointer: '/id',
    label_pointer: '/userName',
  },
  api_key: {
    label: 'Personal access token',
    help_url: 'https://docs.databricks.com/dev-tools/auth/pat.html',
    inject: { header: 'Authorization', format: 'Bearer {token}' },
    pattern: 'dapi.+',
    verify: {
      url: 'https://{host}/api/2.0/preview/scim/v2/Me',
      method: 'GET',
      id_pointer: '/id',
      label_pointer: '/userName',
    },
  },
  evidence: [
    'npm n8n-nodes-base 2.41.2',
    'documentation: docs.databricks.com single-use-tokens',
    'documentation: databrickslabs partner-architecture OAuth reference',
  ],
  checked_on: '2026-11-20',
  confidence: 'high',
  unverified: ['userinfo', 'api_key'],
}
