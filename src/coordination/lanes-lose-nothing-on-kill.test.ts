import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createLog } from '../lib/log.ts'
import { sleep } from '../lib/sleep.ts'
import { createTestDatabase, type TestDatabase } from '../testing/database.ts'
import { createLanes } from './lanes-postgres.ts'
import { createSignals } from './signals-postgres.ts'

const lanesInTest = 12
const messagesPerLane = 40
const kills = 6

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

it('loses no message, repeats none and keeps every order while its workers are killed', async () => {
  const { db } = database
  const log = createLog('silent')
  const signals = await createSignals({ database, log, sleep })
  const lanes = createLanes({ db, signals, log, sleep, replica: 'feeder' })
  const workers = await Promise.all([startWorker(), startWorker()])

  const feeding = (async () => {
    for (let n = 0; n < messagesPerLane; n++) {
      const items = Array.from({ length: lanesInTest }, (_, lane) => ({
        queue: 'victims',
        lane: `lane-${lane}`,
        payload: n,
      }))
      await db.transaction().execute((tx) => lanes.enqueue(tx, items))
      await sleep(10)
    }
  })()
  for (let kill = 0; kill < kills; kill++) {
    await sleep(100 + Math.random() * 200)
    workers.shift()?.kill('SIGKILL')
    workers.push(await startWorker())
  }
  await feeding
  await expect
    .poll(
      async () => (await lanes.figures()).filter((row) => row.queue === 'victims' && row.waiting > 0).length,
      { timeout: 15_000, interval: 50 },
    )
    .toBe(0)
  for (const worker of workers) worker.kill('SIGKILL')

  const handled = await db
    .selectFrom('lane_messages')
    .select(['lane', 'payload'])
    .where('queue', '=', 'handled')
    .orderBy('id')
    .execute()
  const order = Object.groupBy(handled, (row) => row.lane)
  const expected = Array.from({ length: messagesPerLane }, (_, n) => n)
  expect(Object.keys(order)).toHaveLength(lanesInTest)
  for (const rows of Object.values(order)) expect(rows?.map((row) => row.payload)).toEqual(expected)
  expect(await lanes.dead('victims', 1)).toEqual([])
  await lanes.stop()
  await signals.stop()
})

async function startWorker(): Promise<ChildProcess> {
  const script = join(import.meta.dirname, 'testing', 'lane-process.ts')
  const worker = spawn(process.execPath, [script, JSON.stringify(database.address)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(worker.stdout, 'data')
  return worker
}
