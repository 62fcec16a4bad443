import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts'
import type { Taken } from './limits.ts'
import { createReplica, factsOf, start } from './testing/replicas.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase(16)
})
afterAll(() => database.drop())

type Replica = ReturnType<typeof createReplica>
const crew = (size: number) => Array.from({ length: size }, () => createReplica(database.db))
const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0)

/** What was let through, of so many checks on each replica at once, with costs between. */
async function flood(
  replicas: Replica[],
  checks: number,
  take: (replica: Replica, cost: number) => unknown,
  most = 1,
) {
  const costs = replicas.flatMap((replica) =>
    Array.from({ length: checks }, async () => {
      const cost = 1 + Math.floor(Math.random() * most)
      const taken = (await take(replica, cost)) as Taken
      return taken.code === 'VALID' ? cost : 0
    }),
  )
  return sum(await Promise.all(costs))
}

describe('credits', () => {
  it.each([1, 3, 10, 39, 40, 1_000])(
    'of %i are given out exactly, by three replicas at once',
    async (amount) => {
      const token = factsOf({ id: `tok_exactly_${amount}`, credits: { amount, refill: 'never' } })
      expect(await flood(crew(3), amount, (replica) => replica.take(token))).toBe(amount)
    },
  )

  it('are never given out twice, whatever they cost', async () => {
    const amount = 5_000
    const token = factsOf({ id: 'tok_costs', credits: { amount, refill: 'never' } })
    const replicas = crew(4)
    const take = (replica: Replica, credits: number) => replica.take(token, { credits })
    const first = await flood(replicas, 700, take, 7)
    expect(first).toBeLessThanOrEqual(amount)
    await Promise.all(replicas.map((replica) => replica.limits.stop()))
    const rest = await flood(crew(1), amount, take)
    expect(first + rest).toBe(amount)
  })

  it('are given out once when replicas come and go, and give back what they held', async () => {
    const amount = 400
    const token = factsOf({ id: 'tok_come_and_go', credits: { amount, refill: 'never' } })
    let given = 0
    for (let round = 0; round < 12; round++) {
      const replicas = crew(2)
      given += await flood(replicas, 7, (replica) => replica.take(token))
      await Promise.all(replicas.map((replica) => replica.limits.stop()))
    }
    given += await flood(crew(1), amount, (replica) => replica.take(token))
    expect(given).toBe(amount)
  })

  it('are not given anew while some replicas have a day that others do not have yet', async () => {
    const token = factsOf({ id: 'tok_midnight', credits: { amount: 60, refill: 'daily' } })
    const [slow, fast] = [createReplica(database.db), createReplica(database.db)]
    const midnight = Date.UTC(2026, 10, 15)
    slow.set(midnight - 500)
    fast.set(midnight + 500)
    expect(await flood([fast], 30, (replica) => replica.take(token))).toBe(30)
    expect(await flood([slow, fast], 60, (replica) => replica.take(token))).toBe(30)
    slow.pass(2_000)
    expect(await flood([slow], 60, (replica) => replica.take(token))).toBe(0)
  })

  it('are fewer at once when their amount is, also those that were taken before', async () => {
    const credits = (amount: number) => factsOf({ id: 'tok_fewer', credits: { amount, refill: 'never' } })
    const replica = createReplica(database.db)
    expect(await replica.take(credits(1_000))).toMatchObject({ code: 'VALID', creditsLeft: 999 })
    expect(await flood([replica], 100, () => replica.take(credits(20)))).toBe(19)
    expect(await flood([replica], 100, () => replica.take(credits(30)))).toBe(10)
  })
})

describe('an exact limit', () => {
  it('lets no more through in a window than it says, by all replicas together', async () => {
    const limits = [{ name: 'requests', limit: 200, windowS: 60, exact: true }]
    const token = factsOf({ id: 'tok_window', limits })
    const replicas = crew(4)
    for (let window = 0; window < 3; window++) {
      expect(await flood(replicas, 200, (replica) => replica.take(token))).toBe(200)
      for (const replica of replicas) replica.set(start + (window + 1) * 60_000)
    }
  })

  it('of a user is one for all their tokens', async () => {
    const ofUser = { limits: [{ name: 'requests', limit: 50, windowS: 60, exact: true }] }
    const tokens = ['tok_a', 'tok_b', 'tok_c'].map((id) => factsOf({ id, ofUser }))
    let turn = 0
    const any = () => tokens[turn++ % tokens.length] ?? tokens[0]!
    expect(await flood(crew(3), 100, (replica) => replica.take(any()))).toBe(50)
  })

  it('loses what a replica held that was never stopped, and no more', async () => {
    const token = factsOf({ id: 'tok_killed', credits: { amount: 1_000, refill: 'never' } })
    expect(await flood(crew(1), 10, (replica) => replica.take(token))).toBe(10)
    const rest = await flood(crew(1), 1_000, (replica) => replica.take(token))
    expect(rest).toBeLessThanOrEqual(990)
    expect(rest).toBeGreaterThanOrEqual(990 - 50)
  })
})

describe('a limit that each replica counts by itself', () => {
  it('lets no more through at once than it says, and refills evenly', () => {
    const token = factsOf({ limits: [{ name: 'requests', limit: 10, windowS: 10, exact: false }] })
    const replica = createReplica(database.db)
    const through = (checks: number) =>
      Array.from({ length: checks }, () => replica.take(token) as Taken).filter(
        ({ code }) => code === 'VALID',
      ).length
    expect(through(30)).toBe(10)
    replica.pass(3_000)
    expect(through(30)).toBe(3)
    replica.pass(60_000)
    expect(through(30)).toBe(10)
    // A clock that is set back gives nothing.
    replica.pass(-3_600_000)
    expect(through(30)).toBe(0)
    replica.pass(1_000)
    expect(through(30)).toBe(1)
  })
})
