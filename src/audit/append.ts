import { sql } from 'kysely'
import type { Tx } from '../storage/database.ts'
import { canonicalJson, genesis, hashEntry, type ChainedEntry } from './chain.ts'

/**
 * Adds the next link. The lock lasts until the caller's transaction ends, so that numbers have no gaps and no two
 * entries follow the same one; it is taken in a statement of its own, because the next one must see what was
 * committed while it waited.
 */
export async function append(tx: Tx, entry: Omit<ChainedEntry, 'seq'>): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('portico audit', 0))`.execute(tx)
  const last = await tx
    .selectFrom('audit_entries')
    .select(['seq', 'hash'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  const previousHash = last?.hash ?? genesis
  const detail = canonicalJson(entry.detail)
  const linked = { ...entry, seq: (last?.seq ?? 0) + 1, detail: JSON.parse(detail) as unknown }
  await tx
    .insertInto('audit_entries')
    .values({ ...linked, detail, previous_hash: previousHash, hash: hashEntry(previousHash, linked) })
    .execute()
}
