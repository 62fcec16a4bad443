import { sql } from 'kysely'
import type { Lanes } from '../coordination/lanes.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { regularly } from '../lib/regularly.ts'
import type { Db } from '../storage/database.ts'
import type { Delivery } from './delivery.ts'
import { recordFailure, wholePart, type TellFailure } from './failure.ts'
import { ownerOf, queueOf, type Job } from './jobs.ts'
import { removed } from './record.ts'

interface RemovedBotsDependencies {
  db: Db
  lanes: Pick<Lanes, 'discard'>
  clock: Clock
  tellFailure?: TellFailure
}

/** See `Delivery.giveUpOnRemoved`. Bot by bot in a transaction each, so that one that fails keeps none of the others. */
export async function giveUpOnRemoved({ db, lanes, clock, tellFailure }: RemovedBotsDependencies) {
  const { rows } = await sql<{ botId: string }>`
    select b.id as "botId" from bots b
    where b.removed_at is not null
      and exists (select from lane_messages m where m.queue = 'outbox:' || b.id and m.state = 'pending')
    order by b.id`.execute(db)
  for (const { botId } of rows)
    await db.transaction().execute(async (tx) => {
      for (const job of await lanes.discard(tx, queueOf(botId))) {
        const owner = ownerOf(botId, job as Job)
        if (owner === undefined) continue
        const at = new Date(clock.now())
        await recordFailure(tx, { owner, part: wholePart, at, why: removed }, tellFailure)
      }
    })
}

const everyMs = 10 * 60 * 1000

/** Does so from time to time: a turn that was beginning may order its answer after the bot went. Returns how to stop. */
export function keepOutboxesTidy({
  delivery,
  log,
}: {
  delivery: Pick<Delivery, 'giveUpOnRemoved'>
  log: Log
}) {
  const message = 'what removed bots had to send could not be given up and will be tried again'
  return regularly(everyMs, () => delivery.giveUpOnRemoved(), { log, message })
}
