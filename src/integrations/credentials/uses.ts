import { sql } from 'kysely'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import { regularly } from '../../lib/regularly.ts'
import type { Db } from '../../storage/database.ts'

/** When credentials were used last, written together every few seconds: a crash loses no more than that. */
export interface Uses {
  note(credentialId: string): void
  flush(): Promise<void>
  start(): void
  stop(): Promise<void>
}

const writtenEveryMs = 5_000

export function createUses({ db, clock, log }: { db: Db; clock: Clock; log: Log }): Uses {
  let noted = new Map<string, Date>()
  let stopWriting = () => {}
  const flush = async () => {
    if (noted.size === 0) return
    const batch = noted
    noted = new Map()
    const [ids, times] = [[...batch.keys()], [...batch.values()]]
    await sql`
      update credentials set last_used_at = greatest(last_used_at, used.at)
      from unnest(${ids}::text[], ${times}::timestamptz[]) as used (id, at)
      where credentials.id = used.id`.execute(db)
  }
  return {
    note: (credentialId) => void noted.set(credentialId, new Date(clock.now())),
    flush,
    start() {
      stopWriting = regularly(writtenEveryMs, flush, { log, message: 'uses of credentials were not written' })
    },
    async stop() {
      stopWriting()
      await flush().catch((error: unknown) =>
        log.warn({ err: error }, 'uses of credentials were not written'),
      )
    },
  }
}
