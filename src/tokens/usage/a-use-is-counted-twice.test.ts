import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createLog } from '../../lib/log.ts'
import type { Db } from '../../storage/database.ts'
import { createTokenHouse, type TokenHouse } from '../testing/house.ts'
import { createTokenUsage } from './create-usage.ts'
import { writeBatch } from './write-batch.ts'

let house: TokenHouse
let db: Db
beforeAll(async () => {
  house = await createTokenHouse()
  db = house.database.db
})
afterAll(() => house.stop())

let id: string
let hash: string
beforeEach(async () => {
  id = (await house.issue()).id
  const row = await db
    .selectFrom('api_token_secrets')
    .select('hash')
    .where('token_id', '=', id)
    .executeTakeFirstOrThrow()
  hash = row.hash
})

const minute = Date.UTC(2026, 10, 14, 10, 30)
const count = (uses: number, at = minute) => ({
  minutes: [{ tokenId: id, minute: at, uses, refusals: 1 }],
  lastUses: [{ hash, at }],
})
const counted = async (tokenId = id) => {
  const { uses, refusals, lastUsedAt } = await house.tokens.find(house.ada, tokenId)
  return { uses, refusals, lastUsedAt: lastUsedAt?.getTime() }
}
const charted = async () => {
  const rows = await db
    .selectFrom('api_token_minutes')
    .select(['minute', 'uses', 'refusals'])
    .where('token_id', '=', id)
    .orderBy('minute')
    .execute()
  return rows.map(({ minute: at, ...row }) => [at.getTime(), row.uses, row.refusals])
}

/** The database, of which so many answers are lost: after it has committed, or before it was asked. */
function losing(times: number, when: 'before' | 'after'): Db {
  let left = times
  const executor = db.getExecutor()
  const executeQuery: typeof executor.executeQuery = async (...args) => {
    const isLost = left-- > 0
    if (isLost && when === 'before') throw new Error('The connection broke.')
    const answer = await executor.executeQuery(...(args as Parameters<typeof executor.executeQuery>))
    if (isLost) throw new Error('The connection broke.')
    return answer as never
  }
  return changed(db, 'getExecutor', () => changed(executor, 'executeQuery', executeQuery))
}

/** The same thing with one other method; it keeps private fields, so that the others must run on itself. */
function changed<T extends object>(thing: T, name: keyof T, method: unknown): T {
  return new Proxy(thing, {
    get(target, key): unknown {
      if (key === name) return method
      const value: unknown = Reflect.get(target, key, target)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}

describe('a use is counted once', () => {
  it('when the answer to a batch that was written is lost, and it is written again', async () => {
    const first = { writer: 'a', number: 1 }
    await writeBatch(db, first, count(3))
    await writeBatch(db, first, count(3))
    await Promise.all([1, 2, 3, 4].map(() => writeBatch(db, { writer: 'a', number: 2 }, count(2))))
    await writeBatch(db, first, count(3))
    expect(await counted()).toEqual({ uses: 5, refusals: 2, lastUsedAt: minute })
    expect(await charted()).toEqual([[minute, 5, 2]])
  })

  it.each(['before', 'after'] as const)('when the connection breaks %s the commit', async (when) => {
    const usage = createTokenUsage({
      db: losing(2, when),
      clock: Date,
      log: createLog('silent'),
      everyMs: 3_600_000,
    })
    for (let use = 0; use < 7; use++) usage.used(id, hash, minute)
    usage.refused(id, minute)
    await expect(usage.stop()).rejects.toThrow('The connection broke.')
    usage.used(id, hash, minute + 1_000)
    await expect(usage.stop()).rejects.toThrow('The connection broke.')
    await usage.stop()
    await usage.stop()
    expect(await counted()).toEqual({ uses: 8, refusals: 1, lastUsedAt: minute + 1_000 })
    expect(await charted()).toEqual([[minute, 8, 1]])
  })

  it('also when replicas write at once, whose batches bear the same numbers', async () => {
    const writers = ['b', 'c', 'd', 'e']
    const numbers = [1, 2, 3, 4, 5]
    await Promise.all(
      writers.map(async (writer) => {
        for (const number of numbers)
          await writeBatch(db, { writer, number }, count(1, minute + number * 60_000))
      }),
    )
    expect(await counted()).toMatchObject({ uses: 20, refusals: 20 })
    expect(await charted()).toEqual(numbers.map((number) => [minute + number * 60_000, 4, 4]))
  })
})

it('the last use never goes back, though the clocks of replicas differ', async () => {
  const late = minute + 90_000
  await writeBatch(db, { writer: 'fast', number: 1 }, count(1, late))
  await writeBatch(db, { writer: 'slow', number: 1 }, count(1, minute))
  expect(await counted()).toMatchObject({ uses: 2, lastUsedAt: late })
  const usage = createTokenUsage({ db, clock: Date, log: createLog('silent') })
  usage.used(id, hash, late + 1_000)
  // Its own clock was set back meanwhile.
  usage.used(id, hash, minute)
  await usage.stop()
  expect(await counted()).toMatchObject({ uses: 4, lastUsedAt: late + 1_000 })
})

it('tokens that are gone are passed over, and the others of the batch are counted', async () => {
  const gone = await house.issue()
  const usage = createTokenUsage({ db, clock: Date, log: createLog('silent') })
  usage.used(gone.id, 'hash of it', minute)
  usage.refused('tok_never', minute)
  usage.used(id, hash, minute)
  await db.deleteFrom('api_tokens').where('id', '=', gone.id).execute()
  await usage.stop()
  expect(await counted()).toMatchObject({ uses: 1, refusals: 0 })
})
