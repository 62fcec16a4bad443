import { sql } from 'kysely'
import { createBatcher } from '../coordination/batcher.ts'
import type { Signals } from '../coordination/signals.ts'
import type { Sleep } from '../lib/sleep.ts'
import type { Db } from '../storage/database.ts'
import { inboxQueue } from './accept.ts'

/** Where turns stand that wait behind others in their lane. */
export interface QueuePositions {
  /**
   * How many are before a turn, the one that is being answered included: at once, then whenever it changes. Ends
   * when nothing is before it, and when the signal aborts.
   */
  follow(turnId: string, signal: AbortSignal): AsyncIterable<number>
  stop(): void
}

interface Place {
  lane: string
  ahead: number
}

interface Waiting {
  /** Undefined as long as it is not known: then every news counts. */
  lane: string | undefined
  look(): void
}

/** A signal may be missed, and what does not end as a turn sends none. */
const lookAgainMs = 2_000

/** The end of a turn is told to all replicas where something waits behind it; all who wait are looked up together. */
export function createQueuePositions(deps: { db: Db; signals: Signals; sleep: Sleep }): QueuePositions {
  const { db, signals, sleep } = deps
  const all = new Set<Waiting>()
  const place = createBatcher((turnIds: string[]) => placesOf(db, turnIds))
  const unsubscribe = signals.on('queues', (lane) => {
    for (const waiting of all) if (waiting.lane === undefined || waiting.lane === lane) waiting.look()
  })

  return {
    async *follow(turnId, signal) {
      let news = new AbortController()
      const waiting: Waiting = { lane: undefined, look: () => news.abort() }
      const isOver = () => signal.aborted
      all.add(waiting)
      try {
        for (let told = 0; !isOver();) {
          news = new AbortController()
          const found = await place(turnId)
          if (found === undefined || found.ahead === 0) return
          waiting.lane = found.lane
          if (found.ahead !== told && !isOver()) yield found.ahead
          told = found.ahead
          await sleep(lookAgainMs, AbortSignal.any([signal, news.signal])).catch(() => undefined)
        }
      } finally {
        all.delete(waiting)
      }
    },
    stop: unsubscribe,
  }
}

/** A turn lies in its lane under its own id. One that has ended may still lie there for a moment, and does not count. */
async function placesOf(db: Db, turnIds: readonly string[]): Promise<(Place | undefined)[]> {
  const { rows } = await sql<Place & { n: number }>`
    select asked.n::int, own.lane,
      count(*) filter (where ahead.id is not null and turns.finished_at is null)::int as ahead
    from unnest(${turnIds}::text[]) with ordinality as asked (id, n)
    join lane_messages own
      on own.queue = ${inboxQueue} and own.dedupe_key = asked.id and own.state = 'pending'
    left join lane_messages ahead
      on ahead.queue = own.queue and ahead.lane = own.lane and ahead.state = 'pending' and ahead.id < own.id
    left join turns on turns.id = ahead.dedupe_key
    group by asked.n, own.lane`.execute(db)
  const places = new Map(rows.map(({ n, ...place }) => [n, place]))
  return turnIds.map((_, index) => places.get(index + 1))
}
