import { createLanes } from '../src/coordination/lanes-postgres.ts'
import type { LaneItem, Lanes } from '../src/coordination/lanes.ts'
import { createSignals } from '../src/coordination/signals-postgres.ts'
import { sleep } from '../src/lib/sleep.ts'
import type { Database } from '../src/storage/database.ts'
import { log, onEachDatabase, percentiles } from './databases.ts'
import type { Row } from './run.ts'

const connections = 16

/** D3: what the inbox accepts; how soon a handler starts; how fast lanes drain, alone and passing messages on. */
export function bench(): Promise<Row[]> {
  return onEachDatabase(async (database) => {
    const signals = await createSignals({ database, log, sleep })
    const lanes = createLanes({ db: database.db, signals, log, sleep, replica: 'bench' })
    await accept(database, lanes, 10, 1)
    const rows = [
      await accept(database, lanes, 1),
      await accept(database, lanes, 100),
      await pickup(database, lanes),
      await drain(database, lanes),
      await turns(database, lanes),
    ]
    await lanes.stop()
    await signals.stop()
    return rows
  })
}

async function accept({ db }: Database, lanes: Lanes, batch: number, seconds = 3): Promise<Row> {
  let sent = 0
  const endsAt = performance.now() + seconds * 1000
  const samples: number[] = []
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < endsAt) {
        const items = Array.from({ length: batch }, () => item(`accept-${batch}`, ++sent, 2_000))
        const startedAt = performance.now()
        await db.transaction().execute((tx) => lanes.enqueue(tx, items))
        samples.push(performance.now() - startedAt)
      }
    }),
  )
  return row(`accept, transactions of ${batch}`, sent / seconds, samples)
}

async function pickup({ db }: Database, lanes: Lanes): Promise<Row> {
  const samples: number[] = []
  const startedAt = new Map<number, number>()
  const work = lanes.work('pickup', {
    async handle({ payload }) {
      const { n } = payload as { n: number }
      samples.push(performance.now() - (startedAt.get(n) ?? NaN))
      return 'handled'
    },
  })
  for (let n = 0; n < 200; n++) {
    startedAt.set(n, performance.now())
    await db.transaction().execute((tx) => lanes.enqueue(tx, [item('pickup', n, 50)]))
    await sleep(10)
  }
  await work.stop()
  return row('pickup, from enqueue to handler', NaN, samples)
}

async function drain({ db }: Database, lanes: Lanes): Promise<Row> {
  const total = 10_000
  for (let n = 0; n < total; n += 100) {
    const items = Array.from({ length: 100 }, (_, index) => item('drain', n + index, 500))
    await db.transaction().execute((tx) => lanes.enqueue(tx, items))
  }
  const startedAt = performance.now()
  await new Promise<void>((resolve) => {
    let handled = 0
    lanes.work('drain', {
      async handle() {
        if (++handled === total) resolve()
        return 'handled'
      },
    })
  })
  return row('drain, 20 messages in each of 500 lanes', rate(total, startedAt), [])
}

/** A turn as the gateway does it, without its own tables: in -> handler's transaction adds to out -> handled. */
async function turns({ db }: Database, lanes: Lanes): Promise<Row> {
  const total = 6_000
  const samples: number[] = []
  const startedAt = new Map<number, number>()
  const begin = performance.now()
  await new Promise<void>((resolve, reject) => {
    lanes.work('in', {
      async handle({ payload, lane }, context) {
        await db.transaction().execute(async (tx) => {
          await lanes.enqueue(tx, [{ queue: 'out:bot', lane, payload }])
          await context.finishWithin(tx, 'handled')
        })
        return 'handled'
      },
    })
    lanes.work('out:bot', {
      async handle({ payload }) {
        samples.push(performance.now() - (startedAt.get((payload as { n: number }).n) ?? NaN))
        if (samples.length === total) resolve()
        return 'handled'
      },
    })
    feed().catch(reject)
  })
  return row('turns through two lanes', rate(total, begin), samples)

  async function feed() {
    let sent = 0
    while (sent < total) {
      if (sent - samples.length > 400) {
        await sleep(1)
        continue
      }
      const items = Array.from({ length: 20 }, () => item('in', sent++, 300))
      for (const { payload } of items) startedAt.set((payload as { n: number }).n, performance.now())
      await db.transaction().execute((tx) => lanes.enqueue(tx, items))
    }
  }
}

function item(queue: string, n: number, lanes: number): LaneItem {
  const text = 'A message of the usual length, as people write them in a chat.'
  return { queue, lane: `bot/${n % lanes}/`, payload: { n, text }, dedupeKey: `bot/${n}` }
}

function rate(count: number, startedAt: number): number {
  return (count / (performance.now() - startedAt)) * 1000
}

function row(what: string, perSecond: number, samples: number[]): Row {
  const [p50 = '', p99 = ''] = samples.length === 0 ? [] : percentiles(samples, [0.5, 0.99])
  return {
    what,
    'per second': Number.isNaN(perSecond) ? '' : Math.round(perSecond),
    'p50 ms': p50,
    'p99 ms': p99,
  }
}
