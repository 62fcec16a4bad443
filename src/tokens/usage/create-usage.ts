import { sql } from 'kysely'
import type { Log } from '../../lib/log.ts'
import { regularly } from '../../lib/regularly.ts'
import type { Db } from '../../storage/database.ts'
import type { TokenUsage } from './usage.ts'

const everyMs = 5_000

/** When each secret was used last. Several replicas never set a time back. */
export function createTokenUsage({ db, log }: { db: Db; log: Log }): TokenUsage {
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
    used: (_, hash, now) => void noted.set(hash, new Date(now)),
    refused: () => undefined,
    async stop() {
      end()
      await write()
    },
  }
}

async function writeAll(db: Db, uses: ReadonlyMap<string, Date>): Promise<void> {
  const [hashes, times] = [[...uses.keys()], [...uses.values()]]
  await sql`
    update api_token_secrets set last_used_at = greatest(last_used_at, used.at)
    from unnest(${hashes}::text[], ${times}::timestamptz[]) as used (hash, at)
    where api_token_secrets.hash = used.hash`.execute(db)
}
