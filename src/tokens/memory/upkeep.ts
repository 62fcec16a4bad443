import { sql } from 'kysely'
import type { Log } from '../../lib/log.ts'
import { regularly } from '../../lib/regularly.ts'
import type { Db } from '../../storage/database.ts'

const everyMs = 10 * 60 * 1000

/** Shortens the log and forgets dead replicas, from time to time. Returns how to stop. */
export function keepShort(db: Db, log: Log, also: () => void): () => void {
  const work = async () => {
    also()
    await shorten(db)
  }
  return regularly(everyMs, work, { log, message: 'the log of API tokens will be shortened later' })
}

/** Whoever is further behind than that loads everything anew. */
export async function shorten(db: Db): Promise<void> {
  await sql`delete from token_log where at < now() - interval '1 hour'`.execute(db)
  await sql`
    delete from token_replicas where seen_at < now() - interval '1 day' - 2 * make_interval(secs => blind_ms / 1000)`.execute(
    db,
  )
}
