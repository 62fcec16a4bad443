import { sql } from 'kysely'
import type { Db } from '../../storage/database.ts'

/** Replicas whose clocks differ may still count in a window that is over here. */
const slackMs = 86_400_000

/** Windows that are over, and what was counted of tokens and users that are gone. */
export async function trimAllowances(db: Db, now: number): Promise<void> {
  await sql`
    delete from token_allowances where (owner, name) in (
      select owner, name from token_allowances a
      where ends < ${new Date(now - slackMs)}
        or (not exists (select from api_tokens t where 'token:' || t.id = a.owner)
          and not exists (select from users u where 'user:' || u.id = a.owner))
      for update skip locked)`.execute(db)
}
