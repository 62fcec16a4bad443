import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Sleep } from '../../lib/sleep.ts'
import { openDatabase } from '../../storage/database.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts'
import { createReplica, factsOf, start } from './testing/replicas.ts'
import { trimAllowances } from './trim-allowances.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
afterEach(() => void vi.useRealTimers())

const replicaOf = () => createReplica(database.db)
const rate = (limit: number, name = 'requests', exact = false) => ({ name, limit, windowS: 60, exact })
const used = async (owner: string) => {
  const row = await database.db
    .selectFrom('token_allowances')
    .select('used')
    .where('owner', '=', owner)
    .executeTakeFirst()
  return row?.used
}

describe('a rate limit', () => {
  it('is counted at once, and tells how much is left and how long to wait', () => {
    const token = factsOf({ limits: [rate(3)] })
    const { take } = replicaOf()
    expect(take(token)).toEqual({
      code: 'VALID',
      rate: { name: 'requests', limit: 3, remaining: 2, resetS: 20 },
    })
    for (let time = 0; time < 2; time++) void take(token)
    expect(take(token)).toEqual({
      code: 'RATE_LIMITED',
      retryAfterS: 20,
      rate: { name: 'requests', limit: 3, remaining: 0, resetS: 60 },
    })
  })

  it('counts by the cost that a check names, and others than requests only when it names them', () => {
    const token = factsOf({ limits: [rate(10), rate(5, 'images')] })
    const { take } = replicaOf()
    const left = (ask: Parameters<typeof take>[1]) => take(token, ask)
    expect(left({})).toMatchObject({ rate: { name: 'requests', remaining: 9 } })
    expect(left({ limits: [{ name: 'requests', cost: 2 }] })).toMatchObject({ rate: { remaining: 7 } })
    expect(left({ limits: [{ name: 'images', cost: 5 }] })).toMatchObject({
      rate: { name: 'images', remaining: 0 },
    })
    expect(left({ limits: [{ name: 'images', cost: 1 }] })).toMatchObject({ code: 'RATE_LIMITED' })
    const twice = [
      { name: 'requests', cost: 3 },
      { name: 'requests', cost: 4 },
    ]
    expect(left({ limits: twice })).toMatchObject({ code: 'RATE_LIMITED', rate: { remaining: 6 } })
    expect(left({ limits: [{ name: 'requests', cost: 0 }] })).toMatchObject({
      code: 'VALID',
      rate: { remaining: 6 },
    })
    expect(left({ limits: [{ name: 'unheard', cost: 99 }] })).toMatchObject({
      code: 'VALID',
      rate: { remaining: 5 },
    })
  })

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('takes no cost of %d', (cost) => {
    const { take } = replicaOf()
    expect(() => take(factsOf({ limits: [rate(3)] }), { limits: [{ name: 'requests', cost }] })).toThrow(
      RangeError,
    )
    expect(() => take(factsOf({ credits: { amount: 3, refill: 'never' } }), { credits: cost })).toThrow(
      RangeError,
    )
  })

  it('that can never be met is refused, and waits no longer than a window', () => {
    const token = factsOf({ limits: [rate(3)] })
    const { take } = replicaOf()
    void take(token)
    const ask = { limits: [{ name: 'requests', cost: 4 }] }
    expect(take(token, ask)).toMatchObject({ code: 'RATE_LIMITED', retryAfterS: 20 })
  })

  it('of a user is shared by their tokens, and the tighter of two is told', () => {
    const ofUser = { limits: [rate(3)] }
    const [one, other] = [factsOf({ id: 'a', limits: [rate(9)], ofUser }), factsOf({ id: 'b', ofUser })]
    const { take } = replicaOf()
    expect(take(one)).toMatchObject({ rate: { limit: 3, remaining: 2 } })
    expect([take(other), take(other), take(one)]).toMatchObject([
      { code: 'VALID' },
      { code: 'VALID' },
      { code: 'RATE_LIMITED' },
    ])
  })

  it('takes nothing of any when one of them is reached', async () => {
    const token = factsOf({
      id: 'tok_all_or_nothing',
      limits: [rate(9), rate(1, 'images'), rate(9, 'pages', true)],
      credits: { amount: 5, refill: 'never' },
    })
    const { take } = replicaOf()
    const ask = { limits: ['images', 'pages'].map((name) => ({ name, cost: 1 })) }
    expect(await take(token, ask)).toMatchObject({ code: 'VALID', creditsLeft: 4 })
    for (let time = 0; time < 5; time++)
      expect(await take(token, ask)).toMatchObject({ code: 'RATE_LIMITED', rate: { name: 'images' } })
    expect(await take(token, { credits: 9 })).toMatchObject({ code: 'CREDITS_USED_UP', creditsLeft: 4 })
    expect(await take(token, { limits: [{ name: 'pages', cost: 0 }] })).toMatchObject({
      ...{ code: 'VALID', creditsLeft: 3, rate: { name: 'requests', remaining: 7 } },
    })
  })

  it('counts by what it is now, from the next check on', () => {
    const { take } = replicaOf()
    const counted = (limit: number) => take(factsOf({ limits: [rate(limit)] }))
    for (let time = 0; time < 5; time++) void counted(5)
    expect(counted(5)).toMatchObject({ code: 'RATE_LIMITED' })
    expect(counted(10)).toMatchObject({ code: 'VALID', rate: { limit: 10, remaining: 4 } })
    expect(counted(2)).toMatchObject({ code: 'RATE_LIMITED', retryAfterS: 30 })
  })

  it('is at once while a portion lasts', async () => {
    const token = factsOf({ id: 'tok_at_once', limits: [rate(200, 'requests', true)] })
    const { take } = replicaOf()
    const answers = Array.from({ length: 25 }, () => take(token))
    expect(answers.every((answer) => answer instanceof Promise)).toBe(true)
    for (const answer of answers) await answer
    const first = await take(token)
    expect(first).toMatchObject({ rate: { remaining: 174, resetS: 60 } })
    for (let time = 0; time < 7; time++) expect(take(token)).not.toBeInstanceOf(Promise)
  })
})

describe('credits', () => {
  it('are refilled by the calendar, in UTC', async () => {
    const replica = replicaOf()
    const credits = async (refill: 'daily' | 'monthly' | 'never') =>
      replica.take(factsOf({ id: `tok_${refill}`, credits: { amount: 1, refill } }))
    const all = () => Promise.all([credits('daily'), credits('monthly'), credits('never')])
    const [given, gone] = [
      { code: 'VALID', creditsLeft: 0 },
      { code: 'CREDITS_USED_UP', creditsLeft: 0 },
    ]
    expect(await all()).toEqual([given, given, given])
    expect(await all()).toEqual([
      { ...gone, retryAfterS: 13.5 * 3_600 },
      { ...gone, retryAfterS: 13.5 * 3_600 + 16 * 86_400 },
      gone,
    ])
    replica.set(Date.UTC(2026, 10, 14, 23, 59, 59))
    expect(await all()).toMatchObject([gone, gone, gone])
    replica.set(Date.UTC(2026, 10, 15))
    expect(await all()).toMatchObject([given, gone, gone])
    replica.set(Date.UTC(2026, 11, 1))
    expect(await all()).toMatchObject([given, given, gone])
  })

  it('keep what was used when their amount changes, and when they are refilled otherwise', async () => {
    const { take } = replicaOf()
    const credits = (amount: number, refill: 'daily' | 'never' = 'daily') =>
      take(factsOf({ id: 'tok_changes', credits: { amount, refill } }))
    expect(await credits(2)).toMatchObject({ creditsLeft: 1 })
    expect(await credits(100)).toMatchObject({ creditsLeft: 98 })
    expect(await credits(3)).toMatchObject({ creditsLeft: 0 })
    expect(await credits(3)).toMatchObject({ code: 'CREDITS_USED_UP' })
    expect(await credits(4, 'never')).toMatchObject({ code: 'VALID', creditsLeft: 0 })
    expect(await credits(4)).toMatchObject({ code: 'CREDITS_USED_UP' })
  })

  it('of a user and of their token are both counted, and a cost of 0 only looks', async () => {
    const ofUser = { credits: { amount: 5, refill: 'never' as const } }
    const token = factsOf({ id: 'tok_both', credits: { amount: 3, refill: 'never' }, ofUser })
    const { take } = replicaOf()
    expect(await take(token, { credits: 0 })).toEqual({ code: 'VALID', creditsLeft: 3 })
    expect(await take(token, { credits: 3 })).toEqual({ code: 'VALID', creditsLeft: 0 })
    expect(await take(token, { credits: 0 })).toEqual({ code: 'VALID', creditsLeft: 0 })
    expect(await take(factsOf({ id: 'tok_other', ofUser }), { credits: 3 })).toEqual({
      code: 'CREDITS_USED_UP',
      creditsLeft: 2,
    })
  })

  it('that nobody asks for go back, for others to use', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const token = factsOf({ id: 'tok_idle', credits: { amount: 100, refill: 'never' } })
    const replica = replicaOf()
    await replica.take(token)
    vi.advanceTimersByTime(5_000)
    expect(await used('token:tok_idle')).toBe(5)
    replica.pass(60_000)
    vi.advanceTimersByTime(5_000)
    await expect.poll(() => used('token:tok_idle')).toBe(1)
    expect(await replica.take(token)).toMatchObject({ creditsLeft: 98 })
    await replica.limits.stop()
    expect(await used('token:tok_idle')).toBe(2)
  })
})

describe('without the database', () => {
  const unavailable = { code: 'token_limits_unavailable', status: 503, retryAfter: 1 }

  it('what was taken may be used up, and then nothing is let through', async () => {
    const own = openDatabase(database.address, 2)
    const replica = createReplica(own.db)
    const token = factsOf({
      id: 'tok_cut_off',
      credits: { amount: 100, refill: 'never' },
      limits: [rate(50)],
    })
    await replica.take(token)
    await own.close()
    for (let time = 0; time < 4; time++) expect(replica.take(token)).toMatchObject({ code: 'VALID' })
    await expect(replica.take(token)).rejects.toMatchObject(unavailable)
    expect(replica.take(factsOf({ limits: [rate(1)] }))).toMatchObject({ code: 'VALID' })
    await replica.limits.stop()
  })

  it('nobody waits longer than for some seconds, nor once more right after', async () => {
    const token = factsOf({ id: 'tok_hangs', credits: { amount: 100, refill: 'never' } })
    const patience = { ends: () => {} }
    const sleep: Sleep = (_, signal) =>
      new Promise((resolve, reject) => {
        patience.ends = resolve
        signal?.addEventListener('abort', () => reject(signal.reason as Error))
      })
    const replica = createReplica(database.db, sleep)
    await replica.take(token, { credits: 5 })
    await database.db.transaction().execute(async (tx) => {
      await sql`select from token_allowances where owner = 'token:tok_hangs' for update`.execute(tx)
      const waits = [replica.take(token), replica.take(token)].map((one) =>
        expect(one).rejects.toMatchObject(unavailable),
      )
      await new Promise((resolve) => setImmediate(resolve))
      patience.ends()
      await Promise.all(waits)
      await expect(replica.take(token)).rejects.toMatchObject(unavailable)
    })
    replica.pass(1_000)
    const taken = replica.take(token)
    expect(await taken).toMatchObject({ code: 'VALID' })
  })
})

it('what was counted is forgotten when nothing depends on it any more', async () => {
  const day = 86_400_000
  const { take } = replicaOf()
  const [gone, there] = ['tok_gone', 'ada']
  await database.db
    .insertInto('users')
    .values({
      ...{ id: there, name: 'Ada', email: 'ada@example.org', email_verified: true },
      ...{ image: null, role: 'user', banned: null, ban_reason: null },
    })
    .execute()
  const ofUser = { limits: [rate(9, 'requests', true)], credits: { amount: 9, refill: 'daily' as const } }
  await take(factsOf({ id: gone, credits: { amount: 9, refill: 'never' }, ofUser }))
  const left = async () => {
    const rows = await database.db
      .selectFrom('token_allowances')
      .select(['owner', 'name'])
      .orderBy('name')
      .execute()
    return rows.map(({ owner, name }) => `${owner} ${name}`)
  }
  await trimAllowances(database.db, start + 1_000)
  expect(await left()).toEqual(['user:ada credits', 'user:ada rate:requests'])
  await trimAllowances(database.db, start + 2 * day)
  expect(await left()).toEqual(['user:ada credits'])
})
