import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { createLog } from '../../lib/log.ts'
import { seededRandom } from '../../testing/random.ts'
import { Pulse } from './pulse.ts'
import { Waiting } from './receipts.ts'
import type { ReplicaState } from './replicas.ts'
import { blindAfter, Sight } from './sight.ts'

const schedules = 1_500
const steps = 60
const log = createLog('silent')

/** What the database has: how many changes there were, and who follows them. */
interface Tables {
  rev: number
  now: number
  rows: Map<string, { applied: number; seenAt: number; blindMs: number }>
}

/** A replica that may be held up or cut off at every moment: what it asks is seen late, and answered late or never. */
class Replica {
  readonly sight: Sight
  readonly pulse: Pulse
  readonly waiting: (() => void)[] = []
  applied: number

  readonly name: string

  constructor(name: string, blindMs: number, speed: number, tables: Tables) {
    this.name = name
    const now = () => 5_000 + tables.now * speed
    this.applied = tables.rev
    this.sight = new Sight(now, blindMs)
    const at = <T>(look: () => T) => this.#at(look)
    this.pulse = new Pulse({
      now,
      log,
      sight: this.sight,
      applied: () => this.applied,
      follow: async () => {
        this.applied = Math.max(this.applied, await at(() => tables.rev))
      },
      beat: (applied) => at(() => void tables.rows.set(name, { applied, seenAt: tables.now, blindMs })),
    })
  }

  /** First the database sees the question, then the answer comes; each when the schedule says so. */
  #at<T>(look: () => T): Promise<T> {
    return new Promise((resolve) => {
      this.waiting.push(() => {
        const seen = look()
        this.waiting.push(() => resolve(seen))
      })
    })
  }
}

async function run(seed: number): Promise<{ all: number; accepted: number; blind: number }> {
  const random = seededRandom(seed)
  const below = (end: number) => Math.floor(random() * end)
  const tables: Tables = { rev: 0, now: 0, rows: new Map() }
  const blindMs = blindAfter([0, 5_000, 600_000][below(3)] ?? 0)
  const replicas = [0, 1, 2].map((one) => new Replica(`rep_${one}`, blindMs, 0.999 + random() / 500, tables))
  const counts = { all: 0, accepted: 0, blind: 0 }
  /** What somebody was told: that a replica follows, or will answer nothing, from a revision on. */
  const promised = new Map<Replica, number>()
  for (let step = 0; step < steps; step++) {
    const replica = replicas[below(3)]
    if (replica === undefined) continue
    const choice = below(100)
    if (choice < 8) tables.now += below(blindMs * 1.5)
    else if (choice < 30) tables.now += below(1_500)
    else if (choice < 45) void replica.pulse.poll()
    else if (choice < 50) void replica.pulse.attempt(() => replica.pulse.catchUp())
    else if (choice < 90) replica.waiting.shift()?.()
    else {
      tables.rev++
      const waiting = new Waiting(() => undefined)
      waiting.begin(tables.rev, statesOf(tables))
      const { effective, behind } = waiting.receipt(0)
      if (effective === 'all') counts.all++
      for (const one of replicas)
        if (!behind.some((named) => named.replica === one.name)) promised.set(one, tables.rev)
    }
    await setImmediate()
    for (const one of replicas) {
      if (one.sight.isLost) counts.blind++
      else if (one.applied < (promised.get(one) ?? 0)) throw new Error(`${one.name} answers from before.`)
      else counts.accepted++
    }
  }
  return counts
}

function statesOf({ rows, now }: Tables): ReplicaState[] {
  return [...rows].map(([replica, { applied, seenAt, blindMs }]) => {
    return { replica, applied, blindMs, seenAt: new Date(seenAt), ageMs: now - seenAt }
  })
}

it(`whoever a receipt does not name answers nothing from before it (${schedules} schedules)`, async () => {
  const counts = { all: 0, accepted: 0, blind: 0 }
  for (let seed = 1; seed <= schedules; seed++) {
    const ran = await run(seed).catch((error: unknown) => {
      throw new Error(`Schedule ${seed} failed.`, { cause: error })
    })
    for (const key of ['all', 'accepted', 'blind'] as const) counts[key] += ran[key]
  }
  expect(counts.all).toBeGreaterThan(schedules / 10)
  expect(counts.accepted).toBeGreaterThan(schedules)
  expect(counts.blind).toBeGreaterThan(schedules)
})
