import { sql } from 'kysely'
import type { Tx } from '../storage/database.ts'
import type { IdentityKey } from './connections.ts'

/**
 * Until the transaction ends nobody else connects or invites this identity. Whatever reads the clock or a token's state
 * to decide on it does so after this.
 */
export async function lockIdentity(tx: Tx, { channel, tenantId, externalId }: IdentityKey): Promise<void> {
  const name = JSON.stringify(['identity', channel, tenantId, externalId])
  await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(tx)
}
