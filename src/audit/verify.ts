import type { Selectable } from 'kysely'
import type { Db } from '../storage/database.ts'
import type { AuditEntriesTable } from '../storage/tables/vault-and-audit.ts'
import { genesis, hashEntry } from './chain.ts'

/**
 * `entries` and `head` of a sound chain belong in a safe place outside: entries that were cut off at the end can
 * only be noticed by comparing with them. Else `seq` is the first entry that is not what it was.
 */
export type ChainVerdict =
  { sound: true; entries: number; head: string } | { sound: false; seq: number; fault: 'altered' | 'missing' }

const batchSize = 1000

/** Walks the whole chain from its first entry. */
export async function verifyChain(db: Db): Promise<ChainVerdict> {
  let seq = 0
  let head = genesis
  for (;;) {
    const rows = await db
      .selectFrom('audit_entries')
      .selectAll()
      .where('seq', '>', seq)
      .orderBy('seq')
      .limit(batchSize)
      .execute()
    for (const row of rows) {
      seq++
      if (row.seq !== seq) return { sound: false, seq, fault: 'missing' }
      if (row.previous_hash !== head || row.hash !== hashRow(row))
        return { sound: false, seq, fault: 'altered' }
      head = row.hash
    }
    if (rows.length < batchSize) return { sound: true, entries: seq, head }
  }
}

function hashRow({ previous_hash, hash: _, at, ...row }: Selectable<AuditEntriesTable>): string {
  return hashEntry(previous_hash, { ...row, at: at.toISOString() })
}
