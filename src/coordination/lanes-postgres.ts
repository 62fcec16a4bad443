import type { Log } from '../lib/log.ts'
import type { Sleep } from '../lib/sleep.ts'
import { afterCommit } from '../storage/after-commit.ts'
import type { Db } from '../storage/database.ts'
import { enqueue, hurry } from './lane-enqueue.ts'
import { clean, deadMessages, discard, figures, replay } from './lane-upkeep.ts'
import { LaneWorker } from './lane-worker.ts'
import type { Lanes } from './lanes.ts'
import type { Signals } from './signals.ts'

export interface LanesOptions {
  db: Db
  signals: Signals
  log: Log
  sleep: Sleep
  /** Name of this replica. */
  replica: string
  random?: () => number
  /** Lanes of one queue at once on this process. */
  slots?: number
  /** How long a lane stays with a process that died. */
  leaseMs?: number
  /** How long stop() waits for handlers that were told to end. */
  graceMs?: number
}

/** Lanes on PostgreSQL. Nothing is claimed until `work` is called. */
export function createLanes(options: LanesOptions): Lanes {
  const { db, signals } = options
  const worker = new LaneWorker({
    random: Math.random,
    slots: 200,
    leaseMs: 6_000,
    graceMs: 2_000,
    tell: (queue) => signals.send(db, 'lanes', queue),
    ...options,
  })
  const unsubscribe = [
    signals.on('lanes', (queue) => worker.look(queue)),
    signals.onReconnected(() => worker.lookEverywhere()),
  ]
  return {
    async enqueue(tx, items) {
      if (items.length === 0) return []
      const { enqueued, awaited } = await enqueue(tx, items)
      if (awaited.size > 0) await afterCommit(tx, () => worker.announce(awaited))
      return enqueued
    },
    work: (queue, handler) => worker.work(queue, handler),
    async hurry(tx, queue, names) {
      if (await hurry(tx, queue, names)) await afterCommit(tx, () => worker.announce(new Set([queue])))
    },
    discard,
    dead: (queue, limit) => deadMessages(db, queue, limit),
    replay: (id) => replay(db, id),
    clean: (olderThanMs) => clean(db, olderThanMs),
    figures: () => figures(db),
    async stop() {
      for (const end of unsubscribe) end()
      await worker.stop()
    },
  }
}
