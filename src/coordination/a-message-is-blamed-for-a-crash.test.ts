import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { createLog } from '../lib/log.ts'
import { sleep } from '../lib/sleep.ts'
import { createTestDatabase, type TestDatabase } from '../testing/database.ts'
import { claimLanes } from './lane-claims.ts'
import { createLanes } from './lanes-postgres.ts'
import type { Lanes } from './lanes.ts'
import { createSignals } from './signals-postgres.ts'
import type { Signals } from './signals.ts'

let database: TestDatabase
let signals: Signals
let lanes: Lanes
beforeAll(async () => {
  database = await createTestDatabase()
  const log = createLog('silent')
  signals = await createSignals({ database, log, sleep })
  lanes = createLanes({ db: database.db, signals, log, sleep, replica: 'living' })
})
beforeEach(async () => {
  await sql`truncate lanes, lane_messages`.execute(database.db)
  await database.db
    .transaction()
    .execute((tx) => lanes.enqueue(tx, [{ queue: 'work', lane: 'a', payload: 'innocent' }]))
})
afterAll(async () => {
  await lanes.stop()
  await signals.stop()
  await database.drop()
})

/** Processes claim the lane and die, one after the other. */
async function killed(times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    await claim()
    await sql`update lanes set run_at = now(), owner = 'dead'`.execute(database.db)
  }
}

const claim = () => claimLanes(database.db, new Map([['work', 1]]), 'dying', 60_000)

function work(): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  const worked = lanes.work('work', {
    maxAttempts: 1,
    async handle({ attempt }) {
      resolve(`handled at attempt ${attempt}`)
      return 'handled'
    },
    async gaveUp(_, error) {
      resolve(String(error))
    },
  })
  return promise.finally(() => worked.stop())
}

it('does not happen to one that was there in a few crashes', async () => {
  await killed(2)
  expect(await work()).toBe('handled at attempt 3')
})

it('does not happen while it rests apart from those that ran beside it', async () => {
  await killed(3)
  expect(await claim()).toEqual([])
  const { rows } = await sql<{ owner: null; due: boolean }>`
    select owner, run_at <= now() + interval '2 s' as due from lanes`.execute(database.db)
  expect(rows).toEqual([{ owner: null, due: true }])
  expect(await work()).toBe('handled at attempt 4')
})

it('happens when it was there in every one of twenty-five', async () => {
  await sql`update lane_messages set deaths = 25`.execute(database.db)
  expect(await work()).toBe('Error: Its process died in 25 attempts.')
  expect(await lanes.dead('work', 1)).toMatchObject([{ payload: 'innocent', deaths: 25 }])
})

it('is told once more when telling failed, and only then counts as dead', async () => {
  const told = Promise.withResolvers<undefined>()
  let times = 0
  const worked = lanes.work('work', {
    maxAttempts: 1,
    async handle() {
      throw new Error('it is broken')
    },
    async gaveUp() {
      if (++times > 1) {
        told.resolve(undefined)
        return
      }
      await sql`update lanes set run_at = now()`.execute(database.db)
      throw new Error('nobody was told')
    },
  })
  await told.promise
  await worked.stop()
  expect(times).toBe(2)
  expect(await lanes.dead('work', 1)).toMatchObject([{ error: 'Error: it is broken' }])
})
