import { setTimeout as wait } from 'node:timers/promises'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { createTestDatabase } from '../testing/database.ts'
import { claimLanes } from './lane-claims.ts'

it('a claim that was lost with the machine never comes again under its number', async () => {
  const database = await createTestDatabase(2)
  const { db } = database
  const values = { queue: 'q', lane: 'l', pending: 1, run_at: new Date(0) }
  await db.insertInto('lanes').values(values).execute()
  await db.insertInto('lane_messages').values({ queue: 'q', lane: 'l', payload: '{}' }).execute()
  const fenceOf = async () => (await claimLanes(db, new Map([['q', 1]]), 'here', 60_000))[0]!.fence
  let last = 0
  for (let round = 0; round < 20; round++) {
    const fence = await fenceOf()
    expect(fence).toBeGreaterThan(last)
    expect(Number.isSafeInteger(fence)).toBe(true)
    last = fence
    // No database comes back within the millisecond in which it died.
    await wait(2)
    // What the log of a database that died does not hold: the claim, and the number of the sequence.
    await sql`select setval('fences', 1)`.execute(db)
    await sql`update lanes set owner = null, fence = 0, run_at = to_timestamp(0)`.execute(db)
  }
  await database.drop()
})
