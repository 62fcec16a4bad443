import { sql } from 'kysely'
import type { Clock } from '../lib/clock.ts'
import type { Db } from '../storage/database.ts'

const keptMs = 30 * 24 * 60 * 60 * 1000
const deletedAtOnce = 5_000

/** Deletes messages older than thirty days, and the log of their attempts; in portions, so that no statement is long. */
export async function sweep({ db, clock }: { db: Db; clock: Clock }): Promise<number> {
  const before = new Date(clock.now() - keptMs)
  let deleted = 0
  for (;;) {
    const { numAffectedRows = 0n } = await sql`
      delete from webhook_messages where id in (
        select id from webhook_messages where created_at < ${before} limit ${deletedAtOnce}
      )`.execute(db)
    deleted += Number(numAffectedRows)
    if (Number(numAffectedRows) < deletedAtOnce) return deleted
  }
}
