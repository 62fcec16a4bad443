import type { Registry } from 'prom-client'
import type { Signals } from '../../coordination/signals.ts'
import type { Clock } from '../../lib/clock.ts'
import { hashOf } from '../../lib/hash-of.ts'
import type { Log } from '../../lib/log.ts'
import type { Sleep } from '../../lib/sleep.ts'
import type { Db } from '../../storage/database.ts'
import type { TokenFormat } from '../format.ts'
import { find } from './find.ts'
import { createFollower } from './follow.ts'
import { KnownTokens } from './known-tokens.ts'
import { endedKeptDays, loadAll, loadOne } from './load.ts'
import { inTime } from '../in-time.ts'
import { Loads } from './loads.ts'
import type { TokenMemory } from './memory.ts'
import { measureMemory } from './metrics.ts'
import { Pulse } from './pulse.ts'
import { readLog } from './read-log.ts'
import { Receipts } from './receipts.ts'
import { acknowledgementOf, beat, dismissAll, leave, readReplicas } from './replicas.ts'
import { blindAfter, Sight } from './sight.ts'
import { createSteadyClock, type SteadyClock } from './steady-clock.ts'
import { keepShort } from './upkeep.ts'

const pollMs = 1_000
/** How long a statement may take, and the reading of all tokens. */
const [statementMs, reloadMs] = [5_000, 120_000]
const endedKeptMs = endedKeptDays * 24 * 60 * 60 * 1_000

export interface MemoryDependencies {
  db: Db
  signals: Signals
  clock: Clock
  sleep: Sleep
  log: Log
  format: Pick<TokenFormat, 'isOurs'>
  replica: string
  memoryLimit: number
  blindMs: number
  /** Whether no other process works on this database: then those that the table names are dead. */
  isAlone?: boolean
  registry?: Registry
  /** Left out: one that notices when the machine slept. */
  steady?: SteadyClock
}

export function createTokenMemory(deps: MemoryDependencies): TokenMemory {
  const { db, format } = deps
  const tokens = new KnownTokens(deps.memoryLimit)
  const loads = new Loads(tokens, (hash) => loadOne(db, hash))
  const now = deps.steady ?? createSteadyClock()
  const sight = new Sight(now, blindAfter(deps.blindMs))
  if (deps.registry !== undefined) measureMemory(deps.registry, tokens, loads)
  const look = { tokens, loads, sight, format }
  return {
    find: (secret) => find(look, hashOf(secret), secret),
    findByHash: (hash) => find(look, hash, undefined),
    isBarred: (kind, id, now) => tokens.isBarred(kind, id, now),
    ...join(deps, now, tokens, sight),
  }
}

/** How it follows the log, and how the others know that it does. */
function join(
  deps: MemoryDependencies,
  now: SteadyClock,
  tokens: KnownTokens,
  sight: Sight,
): Pick<TokenMemory, 'receipt' | 'start' | 'stop'> {
  const { db, log, signals, clock, sleep, replica, memoryLimit } = deps
  const blindMs = blindAfter(deps.blindMs)
  const load = () => inTime(sleep, reloadMs, loadAll(db, memoryLimit))
  const follow = createFollower(tokens, {
    readLog: (from) => inTime(sleep, statementMs, readLog(db, from)),
    loadAll: load,
  })
  const applied = () => tokens.applied
  const pulse = new Pulse({
    now,
    log,
    sight,
    applied,
    follow,
    beat: (rev, isDurable) => inTime(sleep, statementMs, beat(db, { replica, rev }, blindMs, isDurable)),
  })
  const ends: (() => void)[] = []
  const receipts = new Receipts({
    now,
    sleep,
    read: () => readReplicas(db),
    self: () => ({ replica, applied: tokens.applied, blindMs, seenAt: new Date(clock.now()), ageMs: 0 }),
    catchUp: () => pulse.catchUp(),
  })
  const listen = () => {
    const ring = () => void pulse.attempt(() => pulse.catchUp())
    ends.push(
      signals.on('tokens', (rev) => {
        if (!(Number(rev) <= tokens.applied)) ring()
      }),
      signals.onReconnected(ring),
      signals.on('token_replicas', (payload) => {
        const word = acknowledgementOf(payload)
        if (word !== undefined) receipts.hear(word)
      }),
    )
  }
  return {
    receipt: () => receipts.give(),
    async start() {
      if (deps.isAlone === true) await dismissAll(db)
      tokens.replace(await load())
      listen()
      // Whoever changes something from the beat on waits for this replica; what was changed before is read after it.
      await pulse.round()
      const poll = setInterval(() => void pulse.poll(), pollMs)
      ends.push(
        () => clearInterval(poll),
        keepShort(db, log, () => tokens.forgetEnded(clock.now() - endedKeptMs)),
      )
    },
    async stop() {
      sight.close()
      for (const end of ends.splice(0)) end()
      await pulse.stop()
      try {
        await leave(db, replica)
      } catch (error) {
        log.warn({ err: error }, 'this replica could not say that it ends; receipts will name it for a while')
      }
    },
  }
}
