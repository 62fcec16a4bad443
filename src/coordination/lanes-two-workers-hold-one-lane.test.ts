import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createLog } from '../lib/log.ts'
import { sleep } from '../lib/sleep.ts'
import { createTestDatabase, type TestDatabase } from '../testing/database.ts'
import { createLanes } from './lanes-postgres.ts'
import { createSignals } from './signals-postgres.ts'
import type { Signals } from './signals.ts'

const log = createLog('silent')
let database: TestDatabase
let signals: Signals
beforeAll(async () => {
  database = await createTestDatabase(20)
  signals = await createSignals({ database, log, sleep })
})
afterAll(async () => {
  await signals.stop()
  await database.drop()
})

/** One message: its lane, how often its handler fails first, and how many turns of the event loop it takes. */
const message = fc.record({
  lane: fc.integer({ min: 0, max: 3 }),
  failures: fc.oneof({ weight: 20, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constant(1) }),
  turns: fc.integer({ min: 0, max: 3 }),
})

it('never has two handlers in one lane, and never overtakes, whatever fails and however it is added', async () => {
  let run = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(message, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 6 }),
      async (batches) => {
        const queue = `queue-${++run}`
        const replicas = [1, 2, 3].map((n) =>
          createLanes({
            db: database.db,
            signals,
            log,
            sleep,
            random: () => 0,
            replica: `replica-${n}`,
            slots: 2,
          }),
        )
        const total = batches.flat().length
        const inside = new Set<string>()
        const done = new Map<string, number[]>()
        const overlaps: string[] = []
        const all = Promise.withResolvers<undefined>()
        for (const lanes of replicas)
          lanes.work(queue, {
            async handle({ lane, payload, attempt }) {
              const { failures, turns, place } = payload as { failures: number; turns: number; place: number }
              if (inside.has(lane)) overlaps.push(lane)
              inside.add(lane)
              for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
              inside.delete(lane)
              if (attempt <= failures) throw new Error('a failure that was asked for')
              done.set(lane, [...(done.get(lane) ?? []), place])
              if ([...done.values()].flat().length === total) all.resolve(undefined)
              return 'handled'
            },
          })
        let place = 0
        for (const batch of batches) {
          const items = batch.map((one) => ({
            queue,
            lane: String(one.lane),
            payload: { ...one, place: place++ },
          }))
          await database.db.transaction().execute((tx) => replicas[0]!.enqueue(tx, items))
        }
        await all.promise
        await Promise.all(replicas.map((lanes) => lanes.stop()))
        expect(overlaps).toEqual([])
        for (const places of done.values()) expect(places).toEqual(places.toSorted((a, b) => a - b))
        expect([...done.values()].flat()).toHaveLength(total)
      },
    ),
    { numRuns: 25 },
  )
})
