import { sql } from 'kysely'
import type { Log } from '../lib/log.ts'
import { regularly } from '../lib/regularly.ts'
import type { Db } from '../storage/database.ts'

const tidyEveryMs = 6 * 60 * 60 * 1000

/** Forgets from time to time what guests used in periods that are long over. Returns how to stop. */
export function keepUsageTidy({ db, log }: { db: Db; log: Log }): () => void {
  const message = 'what guests used could not be tidied and will be tried again'
  return regularly(tidyEveryMs, () => forgetUsage(db), { log, message })
}

export async function forgetUsage(db: Db): Promise<void> {
  await sql`delete from sponsorship_usage where period < now() - interval '3 days'`.execute(db)
}
