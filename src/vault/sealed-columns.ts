/**
 * Every column that holds sealed texts: what a rotation has to go through. Nothing is sealed for another one, so none
 * can be forgotten. `row` is the column that names the row.
 */
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
  { table: 'api_token_secrets', row: 'hash', field: 'derivation_key' },
]

const names: ReadonlySet<string> = new Set(sealedColumns.map(({ table, field }) => `${table}.${field}`))

/** Throws for a column that a rotation would not find: that is a mistake of ours. */
export function refuseUnlisted({ table, field }: Pick<SealedColumn, 'table' | 'field'>): void {
  if (!names.has(`${table}.${field}`))
    throw new Error(`${table}.${field} is not in the list of sealed columns: a rotation would forget it.`)
}
