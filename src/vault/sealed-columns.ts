/** Every column that holds sealed texts: what a rotation has to go through. `row` is the column that names the row. */
export interface SealedColumn {
  table: string
  row: string
  field: string
}

export const sealedColumns: readonly SealedColumn[] = [
  { table: 'bots', row: 'id', field: 'secrets' },
  { table: 'webhook_endpoints', row: 'id', field: 'secrets' },
  { table: 'credentials', row: 'id', field: 'access_token' },
  { table: 'credentials', row: 'id', field: 'refresh_token' },
  { table: 'credentials', row: 'id', field: 'api_key' },
  { table: 'credentials', row: 'id', field: 'username' },
  { table: 'credentials', row: 'id', field: 'password' },
  { table: 'credentials', row: 'id', field: 'headers' },
  { table: 'oauth_clients', row: 'id', field: 'client_secret' },
  { table: 'oauth_states', row: 'hash', field: 'verifier' },
  { table: 'device_logins', row: 'id', field: 'device_code' },
  { table: 'revocations', row: 'id', field: 'access_token' },
  { table: 'revocations', row: 'id', field: 'refresh_token' },
  { table: 'token_check_keys', row: 'id', field: 'secret' },
]
