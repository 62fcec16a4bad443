import { sql } from 'kysely'
import type { Principal } from '../../identity/principal.ts'
import type { Tx } from '../../storage/database.ts'
import type { Vault } from '../../vault/vault.ts'
import { tokenErrors } from '../errors.ts'
import { derivationKeyOf } from '../derived/derivation-key.ts'
import { lastFourOf } from '../format.ts'
import type { NewToken } from '../token.ts'
import { hashOf } from '../../lib/hash-of.ts'
import { normalAddresses } from './wishes.ts'

/** How many live tokens a user may have. */
export const maxLiveTokens = 1_000

export interface TokenRow {
  id: string
  token: NewToken
  prefix: string
  imported: boolean
}

/** Writes tokens without their secrets, all by one statement. */
export async function insertTokens(
  tx: Tx,
  { userId, workspaceId }: Principal,
  rows: readonly TokenRow[],
  now: Date,
): Promise<void> {
  const values = rows.map(({ id, token, prefix, imported }) => ({
    id,
    name: token.name,
    type: token.type ?? 'agent',
    environment: token.environment ?? 'live',
    agent: token.agent ?? null,
    permissions: token.permissions,
    callback_origins: token.callbackOrigins ?? null,
    limits: token.limits ?? [],
    credits: token.credits ?? null,
    addresses: normalAddresses(token.addresses),
    metadata: token.metadata ?? {},
    imported,
    prefix,
    expires_at: token.expiresAt ?? null,
  }))
  await sql`
    insert into api_tokens (id, workspace_id, user_id, name, type, environment, agent, permissions, callback_origins,
      limits, credits, addresses, metadata, imported, prefix, created_at, expires_at)
    select id, ${workspaceId}, ${userId}, name, type, environment, agent, permissions, callback_origins,
      limits, credits, addresses, metadata, imported, prefix, ${now}, expires_at
    from jsonb_to_recordset(${JSON.stringify(values)}::jsonb) as t (
      id text, name text, type text, environment text, agent text, permissions text[], callback_origins text[],
      limits jsonb, credits jsonb, addresses text[], metadata jsonb, imported boolean, prefix text,
      expires_at timestamptz)`.execute(tx)
}

/** Writes a secret that was made here, with the key of its children. */
export async function insertSecret(
  { vault }: { vault: Vault },
  tx: Tx,
  tokenId: string,
  secret: string,
  now: Date,
): Promise<void> {
  const hash = hashOf(secret)
  const place = { table: 'api_token_secrets', row: hash, field: 'derivation_key' }
  await tx
    .insertInto('api_token_secrets')
    .values({
      hash,
      token_id: tokenId,
      last_four: lastFourOf(secret),
      derivation_key: vault.seal(derivationKeyOf(secret), place),
      created_at: now,
    })
    .execute()
}

/** Counts the live tokens of a user, who waits with making more until the transaction ends. Throws `too_many_tokens`. */
export async function refuseTooMany(
  tx: Tx,
  { userId }: Principal,
  { more, now }: { more: number; now: Date },
): Promise<void> {
  await tx.selectFrom('users').select('id').where('id', '=', userId).forNoKeyUpdate().execute()
  const { live } = await tx
    .selectFrom('api_tokens')
    .select((select) => select.fn.countAll<number>().as('live'))
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', now)]))
    .executeTakeFirstOrThrow()
  if (live + more > maxLiveTokens) throw tokenErrors.too_many_tokens()
}
