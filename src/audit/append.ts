import { sql } from 'kysely'
import type { Db, Tx } from '../storage/database.ts'
import { canonicalJson, genesis, hashEntry, type ChainedEntry } from './chain.ts'

/** An entry before it has its place in the chain. */
export type LooseEntry = Omit<ChainedEntry, 'seq'>

/** The end of the chain, as somebody saw it. */
export interface ChainEnd {
  seq: number
  hash: string
}

const lockKey = sql`hashtextextended('portico audit', 0)`
const uniqueViolation = '23505'
// By the end of the index. Whether one is greater would be looked for in all rows: the planner believes that a third are.
const lastSeq = sql`(select seq from audit_entries order by seq desc limit 1)`

/**
 * Adds the next links, in order, and returns the last. The lock lasts until the caller's transaction ends, so that
 * numbers have no gaps and no two entries follow the same one; it is taken in a statement of its own, because the next
 * one must see what was committed while it waited.
 */
export async function append(tx: Tx, entries: readonly LooseEntry[]): Promise<ChainEnd | undefined> {
  if (entries.length === 0) return undefined
  await sql`select pg_advisory_xact_lock(${lockKey})`.execute(tx)
  const last = await tx
    .selectFrom('audit_entries')
    .select(['seq', 'hash'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  const { rows, end } = link(last ?? { seq: 0, hash: genesis }, entries)
  // One text for any number of entries: their names need not be read again and again.
  await sql`insert into audit_entries select * from ${recordsOf(rows)}`.execute(tx)
  return end
}

/**
 * The same as one statement and transaction, which does not wait for the disk, for whoever knows the end of the chain.
 * Undefined, and nothing is added, where that is not the end any more or somebody else is adding.
 */
export async function appendAlone(
  db: Db,
  known: ChainEnd,
  entries: readonly LooseEntry[],
): Promise<ChainEnd | undefined> {
  const { rows, end } = link(known, entries)
  try {
    const { numAffectedRows = 0n } = await sql`
      with free as materialized (
        select pg_try_advisory_xact_lock(${lockKey}) as is_mine, set_config('synchronous_commit', 'off', true)
      )
      insert into audit_entries
      select r.* from free, ${recordsOf(rows)} r
      where is_mine and ${known.seq} = coalesce(${lastSeq}, 0)`.execute(db)
    return numAffectedRows === 0n ? undefined : end
  } catch (error) {
    // Committed between the look at the table and the lock.
    if (error instanceof Error && 'code' in error && error.code === uniqueViolation) return undefined
    throw error
  }
}

function link(start: ChainEnd, entries: readonly LooseEntry[]) {
  let end = start
  const rows = entries.map((entry) => {
    // What the column will give back, so that the hash is over that.
    const detail = JSON.parse(canonicalJson(entry.detail)) as unknown
    const linked = { ...entry, seq: end.seq + 1, detail }
    const row = { ...linked, previous_hash: end.hash, hash: hashEntry(end.hash, linked) }
    end = { seq: row.seq, hash: row.hash }
    return row
  })
  return { rows, end }
}

function recordsOf(rows: readonly unknown[]) {
  return sql`jsonb_populate_recordset(null::audit_entries, ${JSON.stringify(rows)}::jsonb)`
}
