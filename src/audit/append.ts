import { sql } from 'kysely'
import type { Tx } from '../storage/database.ts'
import { canonicalJson, genesis, hashEntry, type ChainedEntry } from './chain.ts'

/**
 * Adds the next links, in order. The lock lasts until the caller's transaction ends, so that numbers have no gaps and no
 * two entries follow the same one; it is taken in a statement of its own, because the next one must see what was
 * committed while it waited.
 */
export async function append(
  tx: Tx,
  entries: readonly Omit<ChainedEntry, 'seq'>[],
  isHurried = false,
): Promise<void> {
  if (entries.length === 0) return
  const hurry = isHurried ? sql`, set_config('synchronous_commit', 'off', true)` : sql``
  await sql`select pg_advisory_xact_lock(hashtextextended('portico audit', 0))${hurry}`.execute(tx)
  const last = await tx
    .selectFrom('audit_entries')
    .select(['seq', 'hash'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  let seq = last?.seq ?? 0
  let previousHash = last?.hash ?? genesis
  const rows = entries.map((entry) => {
    // What the column will give back, so that the hash is over that.
    const detail = JSON.parse(canonicalJson(entry.detail)) as unknown
    const linked = { ...entry, seq: ++seq, detail }
    const row = { ...linked, previous_hash: previousHash, hash: hashEntry(previousHash, linked) }
    previousHash = row.hash
    return row
  })
  // One text for any number of entries: their names need not be read again and again.
  await sql`insert into audit_entries
    select * from jsonb_populate_recordset(null::audit_entries, ${JSON.stringify(rows)}::jsonb)`.execute(tx)
}
