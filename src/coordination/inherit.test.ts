import { afterAll, beforeAll, expect, it } from 'vitest'
import { createLog } from '../lib/log.ts'
import { sleep } from '../lib/sleep.ts'
import { createTestDatabase, type TestDatabase } from '../testing/database.ts'
import { inheritFromTheDead } from './inherit.ts'
import { claimLanes } from './lane-claims.ts'
import { enqueue } from './lane-enqueue.ts'
import { createLeases } from './leases-postgres.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

it('frees the leases and lanes of a process that was killed, and counts the attempt that was cut off', async () => {
  const { db } = database
  const leasesOf = (replica: string) => createLeases({ db, log: createLog('silent'), sleep, replica })
  const wanted = new Map([['work', 1]])
  await db.transaction().execute((tx) => enqueue(tx, [{ queue: 'work', lane: 'a', payload: 1 }]))
  await leasesOf('dead').acquire('bot:1')
  const [before] = await claimLanes(db, wanted, 'dead', 60_000)
  expect(before?.message.attempt).toBe(1)

  const living = leasesOf('living')
  expect(await living.acquire('bot:1')).toBeUndefined()
  expect(await claimLanes(db, wanted, 'living', 60_000)).toEqual([])

  await inheritFromTheDead(db)
  expect(await living.acquire('bot:1')).toBeDefined()
  const [after] = await claimLanes(db, wanted, 'living', 60_000)
  expect(after?.message.attempt).toBe(2)
  await living.stop()
})
