import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Db } from '../../storage/database.ts'
import { LaneLostError, type LaneContext, type LaneItem, type Lanes } from '../lanes.ts'
import { collect, first, waitingIn } from './lane-handlers.ts'

export interface LanesWorld {
  db: Db
  /** A replica of its own; `leaseMs` and `slots` as in the factory. */
  replica(options?: { leaseMs?: number; slots?: number; graceMs?: number }): Promise<Lanes>
  /** Ends the leases of a queue, as if their owner had died long ago. */
  expire(queue: string): Promise<void>
  /** Claims the lanes of a queue for somebody else, whatever their leases say. */
  overtake(queue: string): Promise<void>
  /** When the lease of a queue's only lane runs out, in milliseconds since the epoch. */
  leaseEnd(queue: string): Promise<number>
  stop(): Promise<void>
}

/** What every implementation of Lanes must do. */
export function describeLanes(name: string, createWorld: () => Promise<LanesWorld>): void {
  describe(`lanes: ${name}`, () => {
    let world: LanesWorld
    let queues = 0
    beforeAll(async () => {
      world = await createWorld()
    })
    afterAll(() => world.stop())

    const newQueue = () => `queue-${++queues}`
    const add = (lanes: Lanes, items: LaneItem[]) =>
      world.db.transaction().execute((tx) => lanes.enqueue(tx, items))
    const item = (queue: string, lane: string, payload: unknown, dedupeKey?: string): LaneItem =>
      dedupeKey === undefined ? { queue, lane, payload } : { queue, lane, payload, dedupeKey }

    describe('enqueue', () => {
      it('says how many messages stand before each one', async () => {
        const lanes = await world.replica()
        const queue = newQueue()
        await add(lanes, [item(queue, 'a', 1)])
        const enqueued = await add(lanes, [item(queue, 'a', 2), item(queue, 'b', 1), item(queue, 'a', 3)])
        expect(enqueued.map(({ accepted, ahead }) => [accepted, ahead])).toEqual([
          [true, 1],
          [true, 0],
          [true, 2],
        ])
      })

      it('takes a dedupe key once per queue, also within one call', async () => {
        const lanes = await world.replica()
        const [queue, other] = [newQueue(), newQueue()]
        await add(lanes, [item(queue, 'a', 1, 'k1')])
        const enqueued = await add(lanes, [
          item(queue, 'a', 2, 'k1'),
          item(queue, 'a', 3, 'k2'),
          item(queue, 'a', 4, 'k2'),
          item(queue, 'a', 5),
          item(other, 'a', 6, 'k1'),
        ])
        expect(enqueued.map(({ accepted }) => accepted)).toEqual([false, true, false, true, true])
        const [before] = await add(lanes, [item(queue, 'a', 7)])
        expect(before?.ahead).toBe(3)
        expect(await collect(lanes, queue, 4)).toEqual([1, 3, 5, 7])
      })

      it('leaves nothing behind when the transaction rolls back', async () => {
        const lanes = await world.replica()
        const queue = newQueue()
        const failing = world.db.transaction().execute(async (tx) => {
          await lanes.enqueue(tx, [item(queue, 'a', 1, 'k')])
          throw new Error('rolled back')
        })
        await expect(failing).rejects.toThrow('rolled back')
        const [enqueued] = await add(lanes, [item(queue, 'a', 2, 'k')])
        expect(enqueued).toMatchObject({ accepted: true, ahead: 0 })
      })

      it('does not deadlock when many add to the same lanes in different orders', async () => {
        const lanes = await world.replica()
        const queue = newQueue()
        const names = ['a', 'b', 'c', 'd', 'e', 'f']
        await Promise.all(
          Array.from({ length: 24 }, (_, n) => {
            const order = n % 2 === 0 ? names : names.toReversed()
            return add(
              lanes,
              order.map((lane) => item(queue, lane, n)),
            )
          }),
        )
        expect((await lanes.figures()).find((row) => row.queue === queue)?.waiting).toBe(24 * 6)
      })

      it('keeps any text that JSON can hold', async () => {
        const lanes = await world.replica()
        const queue = newQueue()
        const payload = { text: 'a\0b \ud800 “ç” 🙂', empty: null }
        await add(lanes, [item(queue, 'a', payload), item(queue, 'a', undefined)])
        expect(await collect(lanes, queue, 2)).toEqual([payload, null])
      })
    })

    describe('work', () => {
      it('handles the messages of a lane in the order in which they were committed', async () => {
        const lanes = await world.replica()
        const queue = newQueue()
        const payloads = Array.from({ length: 30 }, (_, n) => n)
        await add(
          lanes,
          payloads.map((n) => item(queue, 'a', n)),
        )
        expect(await collect(lanes, queue, 30)).toEqual(payloads)
      })

      it('wakes for a message that another replica adds', async () => {
        const [here, there] = [await world.replica(), await world.replica()]
        const queue = newQueue()
        const collected = collect(there, queue, 2)
        await add(here, [item(queue, 'a', 1)])
        await add(here, [item(queue, 'a', 2)])
        expect(await collected).toEqual([1, 2])
      })

      it('works lanes beside each other and one lane one by one', async () => {
        const lanes = await world.replica()
        const queue = newQueue()
        const gate = Promise.withResolvers<undefined>()
        const begun: string[] = []
        const bothBegan = Promise.withResolvers<undefined>()
        const work = lanes.work(queue, {
          async handle(message) {
            begun.push(message.lane)
            if (begun.length === 2) bothBegan.resolve(undefined)
            await gate.promise
            return 'handled'
          },
        })
        await add(lanes, [item(queue, 'a', 1), item(queue, 'a', 2), item(queue, 'b', 1)])
        await bothBegan.promise
        expect(begun.toSorted()).toEqual(['a', 'b'])
        gate.resolve(undefined)
        await work.stop()
      })

      it('never works more lanes of a queue than it has slots, and does them all', async () => {
        const lanes = await world.replica({ slots: 3 })
        const queue = newQueue()
        let running = 0
        let most = 0
        const seen = new Set<string>()
        const all = Promise.withResolvers<undefined>()
        lanes.work(queue, {
          async handle(message) {
            most = Math.max(most, ++running)
            await new Promise((resolve) => setImmediate(resolve))
            running--
            seen.add(message.lane)
            if (seen.size === 20) all.resolve(undefined)
            return 'handled'
          },
        })
        await add(
          lanes,
          Array.from({ length: 20 }, (_, n) => item(queue, `lane-${n}`, n)),
        )
        await all.promise
        expect(most).toBe(3)
      })

      it('lets waiting messages be merged into the one at hand', async () => {
        const lanes = await world.replica()
        const queue = newQueue()
        await add(
          lanes,
          [1, 2, 3, 4].map((n) => item(queue, 'a', n)),
        )
        const merged: unknown[] = []
        const handled = await collect(lanes, queue, 2, async (message, context) => {
          if (message.payload !== 1) return 'handled'
          const waiting = await context.waiting()
          merged.push(...waiting.map((other) => other.payload))
          context.merge(waiting.slice(0, 2).map((other) => other.id))
          return 'handled'
        })
        expect(merged).toEqual([2, 3, 4])
        expect(handled).toEqual([1, 4])
      })

      it('records a message within the transaction of its work, both or neither', async () => {
        const lanes = await world.replica()
        const [queue, results] = [newQueue(), newQueue()]
        await add(lanes, [item(queue, 'a', 1)])
        let tries = 0
        const outcomes = await collect(lanes, queue, 2, async (_, context) => {
          tries++
          await world.db.transaction().execute(async (tx) => {
            await lanes.enqueue(tx, [item(results, 'a', tries)])
            await context.finishWithin(tx, 'handled')
            if (tries === 1) throw new Error('the first try fails at the end')
          })
          return 'handled'
        })
        expect(outcomes).toEqual([1, 1])
        expect(await collect(lanes, results, 1)).toEqual([2])
        await expect.poll(async () => waitingIn(lanes, queue)).toBe(0)
      })

      it('refuses a second handler for a queue', async () => {
        const lanes = await world.replica()
        const queue = newQueue()
        lanes.work(queue, { handle: async () => 'handled' })
        expect(() => lanes.work(queue, { handle: async () => 'handled' })).toThrow(queue)
      })
    })

    describe('failure', () => {
      it('tries again before anything behind it, and counts the attempts', async () => {
        const lanes = await world.replica()
        const queue = newQueue()
        await add(lanes, [item(queue, 'a', 1), item(queue, 'a', 2)])
        const attempts: unknown[] = []
        await collect(lanes, queue, 4, async (message) => {
          attempts.push([message.payload, message.attempt])
          if (message.payload === 1 && message.attempt < 3) throw new Error('not yet')
          return 'handled'
        })
        expect(attempts).toEqual([
          [1, 1],
          [1, 2],
          [1, 3],
          [2, 1],
        ])
      })

      it('tries at once what waits for its next try, when told to, and leaves other lanes alone', async () => {
        const [lanes, queue] = [await world.replica(), newQueue()]
        await add(lanes, [item(queue, 'a', 1), item(queue, 'b', 2)])
        const resting = { run_at: new Date(Date.now() + 3_600_000) }
        await world.db.updateTable('lanes').set(resting).where('queue', '=', queue).execute()
        const collected = collect(lanes, queue, 1, async () => 'handled')
        await world.db.transaction().execute((tx) => lanes.hurry(tx, queue, ['a', 'none']))
        expect(await collected).toEqual([1])
      })

      it('gives a message up after its attempts, says so, and goes on with the lane', async () => {
        const lanes = await world.replica()
        const queue = newQueue()
        await add(lanes, [item(queue, 'a', 'bad', 'k'), item(queue, 'a', 'good')])
        const story: unknown[] = []
        const done = Promise.withResolvers<undefined>()
        lanes.work(queue, {
          maxAttempts: 2,
          async handle(message) {
            story.push([message.payload, message.attempt])
            if (message.payload === 'bad') throw new Error('it is broken')
            done.resolve(undefined)
            return 'handled'
          },
          async gaveUp(message, error) {
            story.push(['gave up', message.payload, String(error), await lanes.dead(queue, 10)])
          },
        })
        await done.promise
        expect(story).toEqual([
          ['bad', 1],
          ['bad', 2],
          ['gave up', 'bad', 'Error: it is broken', []],
          ['good', 1],
        ])
        const [dead] = await lanes.dead(queue, 10)
        expect(dead).toMatchObject({ payload: 'bad', attempt: 2, error: 'Error: it is broken' })
        const [again] = await add(lanes, [item(queue, 'a', 'bad', 'k')])
        expect(again?.accepted).toBe(false)
      })

      it('lets a handler say when to try again, and asks it with the failures so far', async () => {
        const [lanes, queue] = [await world.replica(), newQueue()]
        const asked: unknown[] = []
        const work = lanes.work(queue, {
          handle: async () => {
            throw new Error('not yet')
          },
          backoff(failures, error) {
            asked.push([failures, String(error)])
            return failures < 2 ? 1 : 3_600_000
          },
        })
        await add(lanes, [item(queue, 'a', 1)])
        const dueInMs = async () => (await world.leaseEnd(queue)) - Date.now()
        await expect.poll(dueInMs, { timeout: 15_000 }).toBeGreaterThan(3_000_000)
        expect(asked).toEqual([
          [1, 'Error: not yet'],
          [2, 'Error: not yet'],
        ])
        await work.stop()
      })

      it('replays a dead message at the end of its lane, once', async () => {
        const lanes = await world.replica()
        const queue = newQueue()
        await add(lanes, [item(queue, 'a', 'bad')])
        let broken = true
        const seen: unknown[] = []
        const gaveUp = Promise.withResolvers<undefined>()
        const mended = Promise.withResolvers<undefined>()
        const work = lanes.work(queue, {
          maxAttempts: 1,
          async handle(message) {
            if (broken) throw new Error('it is broken')
            seen.push(message.payload)
            if (message.payload === 'bad') mended.resolve(undefined)
            return 'handled'
          },
          gaveUp: async () => gaveUp.resolve(undefined),
        })
        await gaveUp.promise
        await work.stop()
        broken = false
        await add(lanes, [item(queue, 'a', 'newer')])
        const [dead] = await lanes.dead(queue, 1)
        const id = dead?.id ?? 0
        expect(await lanes.replay(id)).toBe(true)
        expect(await lanes.replay(id)).toBe(false)
        expect(await lanes.dead(queue, 1)).toEqual([])
        lanes.work(queue, {
          async handle(message) {
            seen.push(message.payload)
            if (message.payload === 'bad') mended.resolve(undefined)
            return 'handled'
          },
        })
        await mended.promise
        expect(seen).toEqual(['newer', 'bad'])
      })
    })

    describe('leases', () => {
      it('let another replica take over a lane whose worker is gone, and count the attempt', async () => {
        const [gone, other] = [await world.replica({ slots: 1 }), await world.replica()]
        const queue = newQueue()
        const { context } = await hold(gone, queue, 'a')
        await world.expire(queue)
        const taken = await first(other, queue)
        expect(taken.message.attempt).toBe(2)
        expect(taken.context.fence).toBeGreaterThan(context.fence)
      })

      it('refuse the writes of a worker that was overtaken', async () => {
        const slow = await world.replica()
        const [queue, results] = [newQueue(), newQueue()]
        const { context, release } = await hold(slow, queue, 'a')
        await world.overtake(queue)
        await expect(
          world.db.transaction().execute(async (tx) => {
            await slow.enqueue(tx, [item(results, 'a', 'written by the slow one')])
            await context.finishWithin(tx, 'handled')
          }),
        ).rejects.toThrow(LaneLostError)
        expect(await waitingIn(slow, results)).toBe(0)
        release()
      })

      it('abort the handler when they are lost', async () => {
        const lanes = await world.replica({ leaseMs: 300 })
        const queue = newQueue()
        const { context, release } = await hold(lanes, queue, 'a')
        const lost = new Promise((resolve) => context.signal.addEventListener('abort', resolve))
        await world.overtake(queue)
        await lost
        expect(context.signal.reason).toBeInstanceOf(LaneLostError)
        release()
      })

      it('are renewed while a handler takes longer than they last', async () => {
        const leaseMs = 900
        const [slow, other] = [await world.replica({ leaseMs }), await world.replica()]
        const queue = newQueue()
        const { context, release } = await hold(slow, queue, 'a')
        const firstEnd = await world.leaseEnd(queue)
        let overtaken = false
        other.work(queue, {
          async handle() {
            overtaken = true
            return 'handled'
          },
        })
        await expect
          .poll(() => world.leaseEnd(queue), { timeout: 10_000 })
          .toBeGreaterThan(firstEnd + leaseMs)
        expect([overtaken, context.signal.aborted]).toEqual([false, false])
        release()
        await expect.poll(() => waitingIn(slow, queue)).toBe(0)
        expect(overtaken).toBe(false)
      })
    })

    describe('stop', () => {
      it('hands a lane back at once, with its attempt not counted', async () => {
        const [leaving, staying] = [await world.replica({ leaseMs: 60_000 }), await world.replica()]
        const queue = newQueue()
        const { context } = await hold(leaving, queue, 'a', async (signal) => {
          await new Promise((resolve) => signal.addEventListener('abort', resolve))
          signal.throwIfAborted()
        })
        const taken = first(staying, queue)
        await leaving.stop()
        expect(context.signal.aborted).toBe(true)
        expect((await taken).message.attempt).toBe(1)
      })

      it('hands a lane back also when its handler does not listen', async () => {
        const [leaving, staying] = [
          await world.replica({ leaseMs: 60_000, graceMs: 20 }),
          await world.replica(),
        ]
        const queue = newQueue()
        const { context, release } = await hold(leaving, queue, 'a')
        const taken = first(staying, queue)
        await leaving.stop()
        expect((await taken).message.attempt).toBe(1)
        await expect(
          world.db.transaction().execute((tx) => context.finishWithin(tx, 'handled')),
        ).rejects.toThrow(LaneLostError)
        release()
      })

      it('lets one queue go and leaves the others', async () => {
        const lanes = await world.replica()
        const [queue, other] = [newQueue(), newQueue()]
        const work = lanes.work(queue, { handle: async () => 'handled' })
        const collected = collect(lanes, other, 1)
        await work.stop()
        await add(lanes, [item(queue, 'a', 1), item(other, 'a', 2)])
        expect(await collected).toEqual([2])
        expect(await waitingIn(lanes, queue)).toBe(1)
        expect(await collect(lanes, queue, 1)).toEqual([1])
      })
    })

    describe('upkeep', () => {
      it('discards what waits in a queue, and nothing of others', async () => {
        const [lanes, queue, other] = [await world.replica(), newQueue(), newQueue()]
        await add(lanes, [item(queue, 'a', 1), item(queue, 'b', 2), item(other, 'a', 3)])
        const discard = () => world.db.transaction().execute((tx) => lanes.discard(tx, queue))
        expect(await discard()).toEqual([1, 2])
        expect(await discard()).toEqual([])
        expect([await waitingIn(lanes, queue), await waitingIn(lanes, other)]).toEqual([0, 1])
        await add(lanes, [item(queue, 'a', 4)])
        expect(await collect(lanes, queue, 1)).toEqual([4])
      })

      it('cleans finished messages and empty lanes, and only those', async () => {
        const lanes = await world.replica()
        const [queue, waiting] = [newQueue(), newQueue()]
        await add(lanes, [item(queue, 'a', 1, 'k'), item(waiting, 'a', 1, 'k')])
        await collect(lanes, queue, 1)
        await expect.poll(() => waitingIn(lanes, queue)).toBe(0)
        await lanes.clean(60_000)
        expect((await add(lanes, [item(queue, 'a', 2, 'k')]))[0]?.accepted).toBe(false)
        expect(await lanes.clean(0)).toBeGreaterThanOrEqual(1)
        expect((await add(lanes, [item(queue, 'a', 3, 'k')]))[0]).toMatchObject({ accepted: true, ahead: 0 })
        expect((await add(lanes, [item(waiting, 'a', 2, 'k')]))[0]?.accepted).toBe(false)
        expect(await waitingIn(lanes, waiting)).toBe(1)
      })

      it('gives figures per queue', async () => {
        const lanes = await world.replica()
        const queue = newQueue()
        await add(lanes, [item(queue, 'a', 1), item(queue, 'b', 1)])
        const figures = (await lanes.figures()).find((row) => row.queue === queue)
        expect(figures).toMatchObject({ waiting: 2, dead: 0 })
        expect(figures?.oldestSeconds).toBeGreaterThanOrEqual(0)
      })
    })

    /** Adds a message and lets a replica begin it; its handler ignores everything until it is released. */
    async function hold(
      lanes: Lanes,
      queue: string,
      lane: string,
      until?: (signal: AbortSignal) => Promise<void>,
    ) {
      const begun = Promise.withResolvers<LaneContext>()
      const gate = Promise.withResolvers<undefined>()
      lanes.work(queue, {
        async handle(_, context) {
          begun.resolve(context)
          await (until?.(context.signal) ?? gate.promise)
          return 'handled'
        },
      })
      await add(lanes, [item(queue, lane, 'held')])
      return { context: await begun.promise, release: () => gate.resolve(undefined) }
    }
  })
}
