import { sql } from 'kysely'
import type { Db } from '../storage/database.ts'

/**
 * For a process that knows to be the only one on its database, before it begins to work: what a killed one still
 * holds is due now, instead of when its leases run out. Lanes keep the mark of their dead owner, so that the
 * attempt that was cut off is counted.
 */
export async function inheritFromTheDead(db: Db): Promise<void> {
  await sql`
    with freed as (update leases set expires_at = '-infinity' where expires_at > now())
    update lanes set run_at = now() where owner is not null`.execute(db)
}
