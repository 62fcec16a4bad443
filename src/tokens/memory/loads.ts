import { tokenErrors } from '../errors.ts'
import type { Answer, KnownTokens } from './known-tokens.ts'
import type { Known } from './memory.ts'

const atOnceLimit = 8
const queueLimit = 1_000

/** Asks the database for secrets that are not known here: each once, however many wait for it, and few at a time. */
export class Loads {
  readonly #tokens: KnownTokens
  readonly #load: (hash: string) => Promise<Answer>
  readonly #pending = new Map<string, Promise<Known | undefined>>()
  readonly #queue: (() => void)[] = []
  #running = 0
  #begun = 0

  constructor(tokens: KnownTokens, load: (hash: string) => Promise<Answer>) {
    this.#tokens = tokens
    this.#load = load
  }

  /** How many questions there were. */
  get begun(): number {
    return this.#begun
  }

  /** Throws `token_check_overloaded` when too many wait. */
  ask(hash: string): Promise<Known | undefined> {
    const pending = this.#pending.get(hash)
    if (pending !== undefined) return pending
    if (this.#queue.length >= queueLimit) throw tokenErrors.token_check_overloaded({ retryAfter: 1 })
    const asked = this.#inTurn(hash)
    this.#pending.set(hash, asked)
    return asked
  }

  async #inTurn(hash: string): Promise<Known | undefined> {
    if (this.#running >= atOnceLimit) await new Promise<void>((resolve) => this.#queue.push(resolve))
    else this.#running++
    try {
      return await this.#untilSettled(hash)
    } finally {
      // Whoever waits takes the place over, so that nobody who comes now gets in before.
      const next = this.#queue.shift()
      if (next === undefined) this.#running--
      else next()
    }
  }

  async #untilSettled(hash: string): Promise<Known | undefined> {
    for (;;) {
      const known = await this.#once(hash)
      if (known !== 'late') return known
    }
  }

  async #once(hash: string): Promise<Known | undefined | 'late'> {
    this.#begun++
    const load = this.#tokens.begin()
    try {
      const known = this.#tokens.settle(load, hash, await this.#load(hash))
      // Together with the settling: nobody may join a question whose answer is from before they came.
      if (known !== 'late') this.#pending.delete(hash)
      return known
    } catch (error) {
      this.#tokens.abandon(load)
      this.#pending.delete(hash)
      throw error
    }
  }
}
