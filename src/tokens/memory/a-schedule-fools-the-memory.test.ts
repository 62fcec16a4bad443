import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { seededRandom } from '../../testing/random.ts'
import { find } from './find.ts'
import { createFollower } from './follow.ts'
import { KnownTokens } from './known-tokens.ts'
import { Loads } from './loads.ts'
import type { Known } from './memory.ts'
import { SimulatedLog } from './testing/simulated-log.ts'

const schedules = 2_000
const steps = 60

/** A question on its way: the database sees it at one moment, and its answer comes at another, or never. */
interface Question {
  look: () => unknown
  answer: { value: unknown } | undefined
  resolve: (value: unknown) => void
  reject: (error: Error) => void
}

/** One replica and the tables, with every moment in the hands of a random schedule. */
class Schedule {
  readonly log = new SimulatedLog()
  readonly tokens: KnownTokens
  readonly #questions: Question[] = []
  readonly #random: () => number
  readonly #limit: number
  readonly #loads: Loads
  readonly #follow: () => Promise<void>
  #failure: { error: unknown } | undefined
  checks = 0
  late = 0

  constructor(seed: number) {
    this.#random = seededRandom(seed)
    this.#limit = 1 + this.#below(6)
    const limit = this.#limit
    this.tokens = new KnownTokens(limit)
    this.#loads = new Loads(this.tokens, (hash) => this.#ask(() => this.log.loadOne(hash)))
    this.#follow = createFollower(this.tokens, {
      readLog: (from) => this.#ask(() => this.log.readLog(from)),
      loadAll: () => this.#ask(() => this.log.loadAll(limit)),
    })
    for (let count = this.#below(8); count > 0; count--) this.log.create()
    this.tokens.replace(this.log.loadAll(limit))
  }

  async run(): Promise<void> {
    for (let step = 0; step < steps; step++) await this.#step()
    // In the end what is true is known, whichever bells were lost.
    await this.#drain()
    await Promise.all([this.#follow(), this.#drain()])
    expect(this.tokens.applied).toBe(this.log.rev)
    if (!this.tokens.isWhole) expect(this.tokens.size).toBeLessThanOrEqual(this.#limit)
    await Promise.all([...this.log.ids.map((id) => this.#check(`${id} 0`)), this.#drain()])
    if (this.#failure !== undefined) throw this.#failure.error
  }

  async #drain(): Promise<void> {
    for (let idle = 0; idle < 3;) {
      idle = this.#answer(true) ? 0 : idle + 1
      await setImmediate()
    }
  }

  async #step(): Promise<void> {
    // Mostly the same few, and the next one before it is there.
    const last = this.log.ids.length
    const id = `tok_${this.#below(3) > 0 ? last - this.#below(3) : this.#below(last)}`
    const choice = this.#below(100)
    if (choice < 4) this.log.create()
    else if (choice < 14) this.log.revoke(id)
    else if (choice < 20) this.log.rotate(id)
    else if (choice < 22) this.log.delete(id)
    else if (choice < 25) this.log.ban('ada')
    else if (choice < 27) this.log.trim()
    else if (choice < 40) this.#track(this.#ring())
    else if (choice < 65) this.#track(this.#check(`${id} ${this.#below(2)}`))
    else if (choice < 80) this.#look()
    else this.#answer(this.#below(10) > 0)
    await setImmediate()
  }

  /** What is under way is waited for in the end. */
  #track(work: Promise<void>): void {
    work.catch((error: unknown) => (this.#failure ??= { error }))
  }

  async #ring(): Promise<void> {
    const { rev } = this.log
    try {
      await this.#follow()
    } catch {
      return
    }
    if (this.tokens.applied < rev) throw new Error('Something that was committed before was not followed.')
  }

  /** What is answered was so at one moment since the revision that was applied when it was asked. */
  async #check(hash: string): Promise<void> {
    const since = this.tokens.applied
    const look = {
      tokens: this.tokens,
      loads: this.#loads,
      sight: { isLost: false },
      format: { isOurs: () => true },
    }
    const asked = find(look, hash, hash)
    if (asked instanceof Promise) this.late++
    let known: Known | undefined
    try {
      known = await asked
    } catch {
      return
    }
    this.checks++
    const state = known?.facts.name ?? 'absent'
    if (!this.log.wasSoSince(hash, state, since))
      throw new Error(`${hash} was answered as ${state}, which it was not since revision ${since}.`)
    const bar = this.tokens.isBarred('user', 'ada', 0) ? 'barred' : 'free'
    if (!this.log.wasSoSince('ada', bar, since)) throw new Error(`The user was ${bar} before ${since} only.`)
  }

  #ask<T>(look: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#questions.push({ look, answer: undefined, resolve: resolve as (value: unknown) => void, reject })
    })
  }

  #look(): void {
    const waiting = this.#questions.filter((one) => one.answer === undefined)
    const question = waiting[this.#below(waiting.length)]
    if (question !== undefined) question.answer = { value: question.look() }
  }

  #answer(isReachable: boolean): boolean {
    const [question] = this.#questions.splice(this.#below(this.#questions.length), 1)
    if (question === undefined) return false
    if (!isReachable) question.reject(new Error('The connection is gone.'))
    else question.resolve((question.answer ?? { value: question.look() }).value)
    return true
  }

  #below(end: number): number {
    return Math.floor(this.#random() * end)
  }
}

it(`no order of what happens makes it say what is not so (${schedules} schedules)`, async () => {
  const seen = { checks: 0, late: 0, partial: 0 }
  for (let seed = 1; seed <= schedules; seed++) {
    const schedule = new Schedule(seed)
    await schedule.run().catch((error: unknown) => {
      throw new Error(`Schedule ${seed} failed.`, { cause: error })
    })
    seen.checks += schedule.checks
    seen.late += schedule.late
    if (!schedule.tokens.isWhole) seen.partial++
  }
  // The schedules are of all kinds: otherwise they would prove nothing.
  expect(seen.partial).toBeGreaterThan(schedules / 10)
  expect(seen.partial).toBeLessThan(schedules)
  expect(seen.late).toBeGreaterThan(schedules)
  expect(seen.checks).toBeGreaterThan(schedules * 5)
})
