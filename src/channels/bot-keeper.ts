import { isDeepStrictEqual } from 'node:util'
import type { Lease } from '../coordination/leases.ts'
import { serveBot, type ConnectionDependencies } from './bot-connection.ts'
import { StateReporter } from './bot-states.ts'
import type { Bot } from './bots.ts'
import type { SupervisorDependencies } from './supervisor.ts'

/** How soon a lease of a replica that died is taken over after it ran out. */
const leaseRetryMs = 2_000
const idleMs = 60 * 60 * 1000

export interface KeeperDependencies
  extends ConnectionDependencies, Pick<SupervisorDependencies, 'leases' | 'replica'> {}

/**
 * Keeps one bot on this replica, in a loop of its own, so that no bot waits for another.
 *
 *   idle (not wanted) -> asking (lease taken by another) -> holding -> idle | asking
 *   holding: serve with the current settings; other settings or a restart end one serving and begin the next
 */
export class BotKeeper {
  readonly #deps: KeeperDependencies
  readonly #id: string
  readonly #running: Promise<void>
  #wanted: Bot | undefined
  #isStopped = false
  /** Ends the wait for a lease or a wish. */
  #bell = new AbortController()
  /** Ends the current serving. */
  #interruption = new AbortController()
  #reporter: StateReporter | undefined

  constructor(deps: KeeperDependencies, bot: Bot) {
    this.#deps = deps
    this.#id = bot.id
    this.#wanted = bot
    this.#running = this.#run()
  }

  /** The bot as it is now; undefined when it is gone. A connection that works is only touched by other settings. */
  want(bot: Bot | undefined): void {
    const before = this.#wanted
    this.#wanted = bot
    if (before?.revision === bot?.revision) return
    const isSame = bot?.enabled === before?.enabled && isDeepStrictEqual(bot?.settings, before?.settings)
    if (isSame && bot !== undefined && this.#reporter?.state === 'connected') {
      this.#reporter.adopt(bot.revision)
    } else {
      this.restart()
    }
  }

  /** Drops the connection and connects again. */
  restart(): void {
    this.#interruption.abort(new Error('The bot connects anew.'))
    this.tryNow()
  }

  /** Asks for the lease again at once. */
  tryNow(): void {
    this.#bell.abort()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.restart()
    await this.#running
  }

  get #bot(): Bot | undefined {
    return this.#wanted?.enabled === true && !this.#isStopped ? this.#wanted : undefined
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      this.#bell = new AbortController()
      const bell = this.#bell.signal
      const lease = this.#bot === undefined ? undefined : await this.#askForLease()
      if (lease !== undefined) await this.#hold(lease)
      else
        await this.#deps.sleep(this.#bot === undefined ? idleMs : leaseRetryMs, bell).catch(() => undefined)
    }
  }

  async #askForLease(): Promise<Lease | undefined> {
    try {
      return await this.#deps.leases.acquire(`bot:${this.#id}`)
    } catch (error) {
      this.#deps.log.warn({ err: error, bot: this.#id }, 'the lease of a bot could not be asked for')
      return undefined
    }
  }

  async #hold(lease: Lease): Promise<void> {
    const { log } = this.#deps
    const reporter = new StateReporter(this.#deps, this.#id, lease)
    this.#reporter = reporter
    try {
      await this.#serve(lease, reporter)
      if (this.#wanted !== undefined) reporter.adopt(this.#wanted.revision)
      await reporter.become('stopped', null)
    } catch (error) {
      log.error({ err: error, bot: this.#id }, 'a bot could not be kept')
      await this.#deps.sleep(leaseRetryMs, lease.lost).catch(() => undefined)
    } finally {
      this.#reporter = undefined
      await lease.release().catch((error: unknown) => {
        log.warn(
          { err: error, bot: this.#id },
          'the lease of a bot could not be released; it runs out by itself',
        )
      })
    }
  }

  async #serve(lease: Lease, reporter: StateReporter): Promise<void> {
    for (let bot = this.#bot; bot !== undefined && !lease.lost.aborted; bot = this.#bot) {
      this.#interruption = new AbortController()
      const signal = AbortSignal.any([this.#interruption.signal, lease.lost])
      await reporter.begin(bot.revision)
      const ended = await serveBot(
        this.#deps,
        { bot, current: () => this.#bot ?? bot, lease, reporter },
        signal,
      )
      if (ended === 'lease_lost') return
    }
  }
}
