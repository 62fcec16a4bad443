import type { Leases } from '../coordination/leases.ts'
import type { Signals } from '../coordination/signals.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { Sleep } from '../lib/sleep.ts'
import type { Db, Tx } from '../storage/database.ts'
import { BotKeeper } from './bot-keeper.ts'
import { readState, readStates, settledState } from './bot-states.ts'
import type { Bot, Bots } from './bots.ts'
import type { Channel, ChannelDefinition, ChannelDependencies, InboundBatch } from './channel.ts'

/**
 * The supervisor keeps every enabled bot connected on exactly one replica and says how it fares.
 *
 *   stopped -> connecting (lease held) -> connected <-> transient (backoff, tries again)
 *   connecting/connected -> bad_credentials (waits for a change) | conflict (somebody else uses the account; slow retry)
 *   any -> stopped (disabled, removed, lease lost, process stops)
 */
export type BotStateName =
  'connecting' | 'connected' | 'transient' | 'bad_credentials' | 'conflict' | 'stopped'

export interface BotState {
  botId: string
  state: BotStateName
  /** One sentence for an operator; never a secret. */
  detail: string | null
  lastTransportAt: Date | null
  lastInboundAt: Date | null
}

export interface Supervisor {
  /** Takes free leases of enabled bots, now and as bots or replicas come and go. */
  start(): Promise<void>
  /** Disconnects all bots and releases their leases. */
  stop(): Promise<void>
  /** Whether this replica has started and not stopped it. */
  readonly isRunning: boolean
  states(): Promise<Map<string, BotState>>
  /** The state of a bot, on whichever replica it runs, once it is no longer `connecting`, or after the timeout. */
  settled(botId: string, revision: number, timeoutMs: number): Promise<BotState | undefined>
  /** Drops a bot's connection and connects again. False if no replica runs it. */
  restart(botId: string): Promise<boolean>
}

/** Commits what a bot received; handed in by app.ts from `conversations`. */
export type AcceptInbound = (tx: Tx, bot: Bot, batch: InboundBatch) => Promise<void>

/**
 * Called while this replica holds the bot, with its live channel; returns how to let go. Used by delivery. A bot
 * with bad credentials is let go, so that what waits to be sent is still there when they are mended.
 */
export type AttachBot = (bot: Bot, channel: Channel) => { detach(): Promise<void> }

export interface SupervisorDependencies {
  db: Db
  bots: Pick<Bots, 'list'>
  leases: Leases
  signals: Signals
  catalogue: readonly ChannelDefinition[]
  accept: AcceptInbound
  attach: AttachBot
  dependencies: ChannelDependencies
  log: Log
  clock: Clock
  sleep: Sleep
  /** Between 0 and 1, for jitter. */
  random(): number
  /** The name of this replica, for people who look at states. */
  replica: string
}

/** Signals may be missed; then this is how late a change is seen. */
const refreshMs = 15_000
const settledPollMs = 100
const restartSignal = 'restart '

export function createSupervisor(deps: SupervisorDependencies): Supervisor {
  const { db, signals, log, clock, sleep } = deps
  const keepers = new Map<string, BotKeeper>()
  const stopping = new AbortController()
  const subscriptions: (() => void)[] = []
  let current = Promise.resolve()
  let next: Promise<void> | undefined

  /** Reads all bots and tells each keeper what is wanted; callers at the same time share one reading. */
  function refresh(): Promise<void> {
    next ??= current = current.then(async () => {
      next = undefined
      await readBots().catch((error: unknown) => log.error({ err: error }, 'the bots could not be read'))
    })
    return next
  }

  async function readBots(): Promise<void> {
    const bots = new Map((await deps.bots.list(db)).map((bot) => [bot.id, bot]))
    if (stopping.signal.aborted) return
    for (const [id, keeper] of keepers) keeper.want(bots.get(id))
    for (const [id, bot] of bots) {
      if (bot.enabled && !keepers.has(id)) keepers.set(id, new BotKeeper({ ...deps, refresh }, bot))
    }
  }

  async function refreshForEver(): Promise<void> {
    for (;;) {
      await sleep(refreshMs, stopping.signal).catch(() => undefined)
      if (stopping.signal.aborted) return
      await refresh()
    }
  }

  let isRunning = false
  return {
    get isRunning() {
      return isRunning
    },

    async start() {
      isRunning = true
      subscriptions.push(
        signals.on('bots', (payload) => {
          if (payload.startsWith(restartSignal)) keepers.get(payload.slice(restartSignal.length))?.restart()
          else void refresh()
        }),
        signals.on('leases', (name) => keepers.get(name.replace(/^bot:/, ''))?.tryNow()),
        signals.onReconnected(() => void refresh()),
      )
      await refresh()
      void refreshForEver()
    },

    async stop() {
      isRunning = false
      stopping.abort()
      for (const unsubscribe of subscriptions) unsubscribe()
      await current
      await Promise.all([...keepers.values()].map((keeper) => keeper.stop()))
    },

    states: () => readStates(db),

    async settled(botId, revision, timeoutMs) {
      const deadline = clock.now() + timeoutMs
      for (;;) {
        const found = await readState(db, botId)
        const settled = settledState(found, revision)
        if (settled !== undefined || found === undefined || clock.now() >= deadline) return settled
        await sleep(settledPollMs)
      }
    },

    async restart(botId) {
      const found = await readState(db, botId)
      if (found === undefined || found.state === 'stopped') return false
      await signals.send(db, 'bots', restartSignal + botId)
      return true
    },
  }
}
