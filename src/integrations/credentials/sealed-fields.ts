import type { Vault } from '../../vault/vault.ts'
import type { CredentialRow } from './credential-row.ts'
import type { OpenSecret } from './credential.ts'

/** The columns of a credential that hold secrets, each sealed for its place. */
export const secretFields = [
  'access_token',
  'refresh_token',
  'api_key',
  'username',
  'password',
  'headers',
] as const
export type SecretField = (typeof secretFields)[number]

type Sealed = { [field in SecretField]?: string | null }

/** Those that are given, sealed for the row `id`; null stays null, and what is not given is left alone. */
export function sealFields(vault: Vault, id: string, fields: Sealed): Sealed {
  const sealed = Object.entries(fields).map(([field, text]) => [
    field,
    text === null ? null : vault.seal(text, placeOf(id, field)),
  ])
  return Object.fromEntries(sealed) as Sealed
}

/** Throws `sealed_value_refused` for what was changed, cut, or moved here from another row. */
export function openField(vault: Vault, row: CredentialRow, field: SecretField): string | undefined {
  const sealed = row[field]
  return sealed === null ? undefined : vault.open(sealed, placeOf(row.id, field))
}

/** What is sent with a request. Throws `sealed_value_refused`. */
export function openSecret(vault: Vault, row: CredentialRow): OpenSecret {
  const open = (field: SecretField) => openField(vault, row, field) ?? ''
  switch (row.type) {
    case 'oauth2':
      return { type: row.type, accessToken: open('access_token') }
    case 'api_key':
      return { type: row.type, apiKey: open('api_key') }
    case 'user_password':
      return { type: row.type, username: open('username'), password: open('password') }
    case 'host_scoped':
      return { type: row.type, headers: JSON.parse(open('headers')) as Record<string, string> }
  }
}

function placeOf(row: string, field: string) {
  return { table: 'credentials', row, field }
}
