import { otherPoller, type Refusal } from './refusal.ts'

export type Update = Record<string, unknown> & { update_id: number }

interface Poll {
  limit: number
  answer(updates: unknown[]): void
  refuse(refusal: Refusal): void
}

/** Kinds that are not sent unless `allowed_updates` names them. */
const unlessAsked = new Set(['chat_member', 'message_reaction', 'message_reaction_count'])

/** The updates of one bot that were not confirmed yet, and the one poll that may wait for them. */
export class UpdateQueue {
  #pending: unknown[] = []
  #poll: Poll | undefined
  #nextId: number
  #allowed: readonly string[] = []
  /** Waits for the next update, which overtakes it. */
  #overtaken: Update | 'the next' | undefined
  /** The newest update. */
  last: Update | undefined
  /** The highest offset that was asked for: every update below it is confirmed. */
  confirmed = 0

  constructor(firstId = 1) {
    this.#nextId = firstId
  }

  get pending(): readonly unknown[] {
    return this.#pending
  }

  get isPolled(): boolean {
    return this.#poll !== undefined
  }

  /** Queues an update, unless the bot did not ask for its kind. */
  add(kind: string, content: unknown): Update | undefined {
    const wanted = this.#allowed.length === 0 ? !unlessAsked.has(kind) : this.#allowed.includes(kind)
    if (!wanted) return undefined
    const update = { update_id: this.#nextId, [kind]: content }
    this.#nextId += 1
    this.last = update
    this.#queue(update)
    return update
  }

  /** Queues whatever a faulty server might send. */
  addRaw(...updates: unknown[]): void {
    this.#pending.push(...updates)
    this.#answer()
  }

  /** The next two updates change places. */
  swapNext(): void {
    this.#overtaken = 'the next'
  }

  #queue(update: Update): void {
    const held = this.#overtaken
    if (held === 'the next') this.#overtaken = update
    else {
      this.#overtaken = undefined
      this.addRaw(update, ...(held === undefined ? [] : [held]))
    }
  }

  takeId(): number {
    this.#nextId += 1
    return this.#nextId - 1
  }

  reverse(): void {
    this.#pending.reverse()
  }

  /** Asks as `getUpdates` does; a poll that waits already is refused. */
  poll(
    options: { offset?: number; limit?: number; timeout?: number; allowed?: readonly string[] },
    signal: AbortSignal,
  ): Promise<unknown[]> {
    this.refusePoll(otherPoller())
    this.#allowed = options.allowed ?? this.#allowed
    this.#confirm(options.offset ?? 0)
    const limit = Math.min(Math.max(options.limit ?? 100, 1), 100)
    if (this.#pending.length > 0 || (options.timeout ?? 0) <= 0) {
      return Promise.resolve(this.#pending.slice(0, limit))
    }
    return this.#wait(limit, Math.min(options.timeout ?? 0, 50) * 1000, signal)
  }

  /** Ends the poll that waits, if any, with a refusal. */
  refusePoll(refusal: Refusal): void {
    this.#poll?.refuse(refusal)
  }

  drop(): void {
    this.#pending = []
  }

  #wait(limit: number, ms: number, signal: AbortSignal): Promise<unknown[]> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown[]>()
    const poll: Poll = { limit, answer: resolve, refuse: reject }
    const giveUp = () => resolve([])
    const timer = setTimeout(giveUp, ms)
    signal.addEventListener('abort', giveUp)
    this.#poll = poll
    return promise.finally(() => {
      clearTimeout(timer)
      signal.removeEventListener('abort', giveUp)
      if (this.#poll === poll) this.#poll = undefined
    })
  }

  #confirm(offset: number): void {
    if (offset < 0) {
      this.#pending = this.#pending.slice(offset)
      return
    }
    this.confirmed = Math.max(this.confirmed, offset)
    this.#pending = this.#pending.filter((update) => idOf(update) >= offset)
  }

  #answer(): void {
    this.#poll?.answer(this.#pending.slice(0, this.#poll.limit))
  }
}

function idOf(update: unknown): number {
  const hasId = typeof update === 'object' && update !== null && 'update_id' in update
  return hasId && typeof update.update_id === 'number' ? update.update_id : Infinity
}
