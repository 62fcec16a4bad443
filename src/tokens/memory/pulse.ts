import type { Log } from '../../lib/log.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { aliveMs, type Sight } from './sight.ts'
import type { SteadyClock } from './steady-clock.ts'

export interface PulseDependencies {
  now: SteadyClock
  log: Log
  sight: Sight
  applied(): number
  /** Resolves when all is applied that was committed before the call. */
  follow(): Promise<void>
  /** Writes that this replica lives and how far it has applied the log; where asked, so that it is on the disk. */
  beat(rev: number, isDurable: boolean): Promise<void>
}

/** Keeps this replica in the log's sight and in that of the others; see `Sight` for why the order matters. */
export class Pulse {
  readonly #deps: PulseDependencies
  readonly #beat = oneAtATime(() => this.#send())
  #beatAt = -Infinity
  #told = -1
  #isPolling = false
  #isLost = false
  #isStopped = false

  constructor(deps: PulseDependencies) {
    this.#deps = deps
  }

  /** A beat, a reading, and the word of how far that went. */
  async round(): Promise<void> {
    await this.#beat()
    await this.catchUp()
  }

  /** Without a beat before it: it does not prolong sight beyond the last one. */
  async catchUp(): Promise<void> {
    const beatAt = this.#beatAt
    await this.#deps.follow()
    this.#deps.sight.seen(beatAt)
    if (this.#told !== this.#deps.applied()) await this.#beat()
  }

  /** A round from time to time, whatever rang or did not. Never rejects. */
  async poll(): Promise<void> {
    if (this.#isPolling) return
    this.#isPolling = true
    await this.attempt(() => this.round())
    this.#isPolling = false
  }

  /** Does one of these, and says once when the log is out of sight and when it is back. */
  async attempt(work: () => Promise<void>): Promise<void> {
    const { log } = this.#deps
    try {
      await work()
      if (this.#isLost) log.info('the log of API tokens is followed again')
      this.#isLost = false
    } catch (error) {
      if (!this.#isLost && !this.#isStopped)
        log.warn({ err: error }, 'the log of API tokens cannot be followed now; it is tried every second')
      this.#isLost = true
    }
  }

  /** Resolves when nothing is written any more. */
  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#beat().catch(() => undefined)
  }

  async #send(): Promise<void> {
    if (this.#isStopped) return
    const [beganAt, rev] = [this.#deps.now(), this.#deps.applied()]
    await this.#deps.beat(rev, beganAt - this.#beatAt > aliveMs)
    this.#beatAt = beganAt
    this.#told = rev
  }
}
