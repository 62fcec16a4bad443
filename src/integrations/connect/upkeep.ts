import { sql } from 'kysely'
import { regularly } from '../../lib/regularly.ts'
import type { ConnectDependencies } from './dependencies.ts'

const everyMs = 10 * 60_000
/** A link that ended says for a day how. */
const keptMs = 24 * 60 * 60 * 1000
const deletedAtOnce = 1_000

const tables = [
  ['oauth_states', 'hash'],
  ['connect_links', 'hash'],
  ['device_logins', 'id'],
] as const

/** Deletes ways that ended a day ago, again and again. Returns how to stop. */
export function keepConnectTidy(deps: Pick<ConnectDependencies, 'db' | 'clock' | 'log'>): () => void {
  const message = 'connections that were begun and not ended could not be deleted and will be tried again'
  return regularly(everyMs, () => sweep(deps), { log: deps.log, message })
}

/** In portions; rows that another replica deletes are left to it. */
export async function sweep({ db, clock }: Pick<ConnectDependencies, 'db' | 'clock'>): Promise<void> {
  const before = new Date(clock.now() - keptMs)
  for (const [table, key] of tables)
    for (;;) {
      const { numAffectedRows = 0n } = await sql`
        delete from ${sql.table(table)} where ${sql.ref(key)} in (
          select ${sql.ref(key)} from ${sql.table(table)}
          where expires_at < ${before} limit ${deletedAtOnce} for update skip locked
        )`.execute(db)
      if (Number(numAffectedRows) < deletedAtOnce) break
    }
}
