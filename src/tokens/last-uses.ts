import { sql } from 'kysely'
import type { Log } from '../lib/log.ts'
import { regularly } from '../lib/regularly.ts'
import type { Db } from '../storage/database.ts'

export interface LastUses {
  note(id: string, at: Date): void
  /** Writes what was noted, and stops. */
  stop(): Promise<void>
}

const everyMs = 5_000

/**
 * When each token was used last, kept in memory and written in batches: no request waits for it, and a crash loses
 * five seconds of it. Several replicas never set a time back.
 */
export function createLastUses({ db, log }: { db: Db; log: Log }): LastUses {
  let noted = new Map<string, Date>()
  const write = async () => {
    if (noted.size === 0) return
    const writing = noted
    noted = new Map()
    try {
      await writeAll(db, writing)
    } catch (error) {
      noted = new Map([...writing, ...noted])
      throw error
    }
  }
  const end = regularly(everyMs, write, { log, message: 'when tokens were used last will be noted later' })
  return {
    note: (id, at) => void noted.set(id, at),
    async stop() {
      end()
      await write()
    },
  }
}

async function writeAll(db: Db, uses: ReadonlyMap<string, Date>): Promise<void> {
  const [ids, times] = [[...uses.keys()], [...uses.values()]]
  await sql`
    update api_token_secrets set last_used_at = greatest(last_used_at, used.at)
    from unnest(${ids}::text[], ${times}::timestamptz[]) as used (id, at)
    where token_id = used.id`.execute(db)
}
