import { sql } from 'kysely'
import type { Db } from '../../storage/database.ts'
import type { LogEntry } from '../facts.ts'
import { entryOf, isImported, type LogRow } from './read-facts.ts'

const revisionsAtOnce = 500

/** The log from one revision to another, whole revisions only. */
export interface LogPart {
  /** What it was read after. */
  from: number
  /** Up to where it goes. */
  to: number
  /** How far the log went when it was read. */
  current: number
  entries: LogEntry[]
  hasImported: boolean
}

/** Undefined where the log cannot be followed from there: it was shortened, or the database is another one. */
export async function readLog(db: Db, from: number): Promise<LogPart | undefined> {
  const { rows } = await sql<{ current: number } & (LogRow | Record<keyof LogRow, null>)>`
    select coalesce(r.rev, 0) as current, l.rev, l.kind, l.id, l.facts
    from (select (select rev from token_revision) as rev) r
    left join token_log l on l.rev > ${from} and l.rev <= ${from + revisionsAtOnce}
    order by l.rev`.execute(db)
  const current = rows[0]?.current ?? 0
  return partOf(
    rows.filter((row) => row.rev !== null),
    from,
    current,
  )
}

/** Revisions have no gaps, so that one that is missing was trimmed away. */
export function partOf(rows: readonly LogRow[], from: number, current: number): LogPart | undefined {
  let to = from
  for (const { rev } of rows) {
    if (rev > to + 1) return undefined
    to = rev
  }
  if (to !== Math.min(current, from + revisionsAtOnce)) return undefined
  const entries = rows.map(entryOf).filter((entry) => entry !== undefined)
  return { from, to, current, entries, hasImported: rows.some((row) => isImported(row.facts)) }
}
