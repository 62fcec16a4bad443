import { Writable } from 'node:stream'
import { createLeases } from '../../coordination/leases-postgres.ts'
import { createSignals } from '../../coordination/signals-postgres.ts'
import { systemClock, type Clock } from '../../lib/clock.ts'
import { createLog } from '../../lib/log.ts'
import { sleep } from '../../lib/sleep.ts'
import type { TestDatabase } from '../../testing/database.ts'
import type { Bots } from '../bots.ts'
import type { ChannelDefinition, InboundMessage } from '../channel.ts'
import { createSupervisor, type Supervisor } from '../supervisor.ts'

export interface Replica {
  supervisor: Supervisor
  /** What was accepted, in order. */
  accepted: { botId: string; agent: string; message: InboundMessage }[]
  malformed: { key: string; reason: string }[]
  /** Ids of the bots that delivery could send with right now. */
  attached: Set<string>
  /** Everything that was logged. */
  logged: string[]
  /** Rejects the next batches. */
  refuse: { batches: number }
  stop(): Promise<void>
}

/** A supervisor with real leases and signals; its own waits are twenty times shorter. */
export async function startReplica(
  database: TestDatabase,
  options: { name: string; bots: Bots; catalogue: readonly ChannelDefinition[]; clock?: Clock },
): Promise<Replica> {
  const { name: replica, bots, catalogue, clock = systemClock } = options
  const logged: string[] = []
  const log = createLog(
    'debug',
    new Writable({ write: (line, _, done) => done(void logged.push(String(line))) }),
  )
  const signals = await createSignals({ database, log, sleep })
  const leases = createLeases({ db: database.db, log, sleep, replica })
  const accepted: Replica['accepted'] = []
  const malformed: Replica['malformed'] = []
  const attached = new Set<string>()
  const refuse = { batches: 0 }
  const supervisor = createSupervisor({
    db: database.db,
    bots,
    leases,
    signals,
    catalogue,
    async accept(_tx, bot, batch) {
      if (refuse.batches > 0) {
        refuse.batches -= 1
        throw new Error('not committed')
      }
      accepted.push(...batch.messages.map((message) => ({ botId: bot.id, agent: bot.agent, message })))
      malformed.push(...(batch.malformed ?? []))
    },
    attach(bot) {
      attached.add(bot.id)
      return { detach: async () => void attached.delete(bot.id) }
    },
    dependencies: { fetch, now: Date.now, sleep },
    log,
    clock,
    sleep: (ms, signal) => sleep(ms / 20, signal),
    random: () => 0.5,
    replica,
  })
  return {
    supervisor,
    accepted,
    malformed,
    attached,
    logged,
    refuse,
    async stop() {
      await supervisor.stop()
      await leases.stop()
      await signals.stop()
    },
  }
}
