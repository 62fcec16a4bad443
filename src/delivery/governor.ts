import type { ChannelAbilities, ChatAddress } from '../channels/channel.ts'
import type { Clock } from '../lib/clock.ts'
import { PlatformError } from '../lib/errors.ts'
import type { Sleep } from '../lib/sleep.ts'
import { createBucket, type Bucket } from './bucket.ts'

/**
 * Keeps one bot's calls within the platform's pace. It lives in memory, because exactly one replica holds a bot.
 * Calls of one chat go one after the other; chats do not wait for each other.
 *
 *   waiting -> (tokens in the chat's and the bot's bucket) -> running -> settled
 *                     ^------- refused with `rate_limited`: the bucket is frozen as long as told
 */
export interface Governor {
  /**
   * Makes a call as soon as the pace allows, and again if the platform asks to wait. A call that shows the newest
   * state should look it up when it runs. Rejects when `signal` aborts before it ran.
   */
  call<T>(chat: ChatAddress, options: CallOptions, action: () => Promise<T>): Promise<T>
  /** Makes a call that may be left out: at once, or not at all. */
  tryCall(chat: ChatAddress, action: () => Promise<void>): Promise<void>
}

export interface CallOptions {
  signal: AbortSignal
  /** `urgent` overtakes what waits in its chat; `relaxed` leaves the last fifth of the bot's tokens to others. */
  urgency?: 'urgent' | 'normal' | 'relaxed'
}

export interface GovernorOptions {
  pace: ChannelAbilities['pace']
  clock: Clock
  sleep: Sleep
}

const firstWaitMs = 1_000
const longestWaitMs = 60_000
const linesBeforePruning = 1_000

export function createGovernor(options: GovernorOptions): Governor {
  const { pace, clock } = options
  const bot = createBucket(pace.bot, clock.now())
  const lines = new Map<string, Line>()

  const lineOf = (chat: ChatAddress): Line => {
    if (lines.size >= linesBeforePruning) {
      for (const [id, line] of lines) if (line.isIdle()) lines.delete(id)
    }
    const known = lines.get(chat.chatId)
    if (known !== undefined) return known
    const chatPace = chat.kind === 'private' ? pace.privateChat : pace.groupChat
    const line = new Line(createBucket(chatPace, clock.now()), bot, options, (until) =>
      freezeBot(until, line),
    )
    lines.set(chat.chatId, line)
    return line
  }
  /** A refusal names no bucket. When a second chat is refused while a first still waits, it is the bot's. */
  const freezeBot = (until: number, refused: Line) => {
    const others = [...lines.values()].filter((line) => line !== refused)
    if (others.some((line) => line.bucket.isFrozen(clock.now()))) bot.freeze(until)
  }

  return {
    call: (chat, callOptions, action) => lineOf(chat).enter(callOptions, action),
    tryCall: (chat, action) => lineOf(chat).tryNow(action),
  }
}

interface Waiting {
  options: CallOptions
  refusals: number
  run(): Promise<void>
  reject(reason: unknown): void
}

/** The calls of one chat. */
class Line {
  readonly bucket: Bucket
  readonly #bot: Bucket
  readonly #options: GovernorOptions
  readonly #onRefused: (until: number) => void
  readonly #waiting: Waiting[] = []
  #isMoving = false
  #changed = new AbortController()

  constructor(bucket: Bucket, bot: Bucket, options: GovernorOptions, onRefused: (until: number) => void) {
    this.bucket = bucket
    this.#bot = bot
    this.#options = options
    this.#onRefused = onRefused
  }

  isIdle(): boolean {
    return !this.#isMoving && this.bucket.isFresh(this.#options.clock.now())
  }

  async enter<T>(options: CallOptions, action: () => Promise<T>): Promise<T> {
    options.signal.throwIfAborted()
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const call: Waiting = { options, refusals: 0, run: async () => resolve(await action()), reject }
    if (options.urgency === 'urgent') this.#waiting.unshift(call)
    else this.#waiting.push(call)
    const leave = () => this.#leave(call)
    options.signal.addEventListener('abort', leave, { once: true })
    this.#changed.abort()
    void this.#move()
    try {
      return await promise
    } finally {
      options.signal.removeEventListener('abort', leave)
    }
  }

  async tryNow(action: () => Promise<void>): Promise<void> {
    const now = this.#options.clock.now()
    if (this.#isMoving || this.bucket.waitMs(now) > 0 || this.#bot.waitMs(now, this.#spare()) > 0) return
    this.#take(now)
    await action()
  }

  #leave(call: Waiting): void {
    const index = this.#waiting.indexOf(call)
    if (index < 0) return
    this.#waiting.splice(index, 1)
    call.reject(call.options.signal.reason)
    this.#changed.abort()
  }

  async #move(): Promise<void> {
    if (this.#isMoving) return
    this.#isMoving = true
    for (let call = this.#waiting[0]; call !== undefined; call = this.#waiting[0]) {
      const now = this.#options.clock.now()
      const spare = call.options.urgency === 'relaxed' ? this.#spare() : 0
      const waitMs = Math.max(this.bucket.waitMs(now), this.#bot.waitMs(now, spare))
      if (waitMs > 0) {
        await this.#rest(waitMs)
        continue
      }
      this.#waiting.shift()
      this.#take(now)
      await this.#run(call)
    }
    this.#isMoving = false
  }

  async #run(call: Waiting): Promise<void> {
    try {
      await call.run()
    } catch (error) {
      if (!(error instanceof PlatformError) || error.kind !== 'rate_limited') {
        call.reject(error)
        return
      }
      const waitMs = error.retryAfterMs ?? Math.min(firstWaitMs * 2 ** call.refusals++, longestWaitMs)
      const until = this.#options.clock.now() + waitMs
      this.bucket.freeze(until)
      this.#onRefused(until)
      if (call.options.signal.aborted) call.reject(call.options.signal.reason)
      else this.#waiting.unshift(call)
    }
  }

  /** Until the time has passed, or the first in line may be another. */
  async #rest(ms: number): Promise<void> {
    this.#changed = new AbortController()
    await this.#options.sleep(ms, this.#changed.signal).catch(() => undefined)
  }

  #take(now: number): void {
    this.bucket.take(now)
    this.#bot.take(now)
  }

  #spare(): number {
    return this.#options.pace.bot.burst / 5
  }
}
