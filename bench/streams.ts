import { Redis } from 'ioredis'
import { createSignals } from '../src/coordination/signals-postgres.ts'
import { createPostgresStreams } from '../src/coordination/streams-postgres.ts'
import { createRedisStreams } from '../src/coordination/streams-redis.ts'
import type { Streams } from '../src/coordination/streams.ts'
import { sleep } from '../src/lib/sleep.ts'
import { log, onEachDatabase, percentiles } from './databases.ts'
import type { Row } from './run.ts'

const streamsPerRun = 1_000
const secondsPerRun = 3
const rates = [1_000, 5_000, 20_000]

/** Events from append to a reader, on the producing replica and on another one, both in this process. */
export async function bench(): Promise<Row[]> {
  const rows = await onEachDatabase(async (database) => {
    const signals = await createSignals({ database, log, sleep })
    const options = { db: database.db, signals, log, sleep }
    const rows = await measure(createPostgresStreams(options), createPostgresStreams(options))
    await signals.stop()
    return rows
  })
  const url = process.env['BENCH_REDIS_URL']
  if (url === undefined) return rows
  const options = {
    redis: new Redis(url),
    log,
    sleep,
    keyPrefix: `portico-bench-${Date.now()}`,
    keepMs: 60_000,
  }
  const onRedis = await measure(createRedisStreams(options), createRedisStreams(options))
  return [...rows, ...onRedis.map((row) => ({ server: 'Redis', ...row }))]
}

async function measure(here: Streams, there: Streams): Promise<Row[]> {
  const rows: Row[] = []
  for (const rate of rates)
    for (const [reader, streams] of [
      ['same replica', here],
      ['another replica', there],
    ] as const)
      rows.push({ reader, ...(await flow(here, streams, rate)) })
  await here.stop()
  await there.stop()
  return rows
}

/** Appends at the given rate, spread over all streams, for some seconds, with one reader on each stream. */
async function flow(here: Streams, there: Streams, rate: number): Promise<Row> {
  const stop = new AbortController()
  const samples: number[] = []
  const name = (n: number) => `bench:${rate}:${there === here ? 'same' : 'other'}:${n}`
  const writers = await Promise.all(Array.from({ length: streamsPerRun }, (_, n) => here.open(name(n))))
  const readers = writers.map(async (_, n) => {
    for await (const { data } of there.read(name(n), 0, stop.signal))
      samples.push(performance.now() - (JSON.parse(data) as { at: number }).at)
  })
  await sleep(300)
  const startedAt = performance.now()
  let sent = 0
  while (performance.now() - startedAt < secondsPerRun * 1000) {
    const owed = Math.floor(((performance.now() - startedAt) / 1000) * rate)
    for (; sent < owed; sent++)
      writers[sent % streamsPerRun]?.append({ type: 'text-delta', at: performance.now() })
    await sleep(1)
  }
  await Promise.all(writers.map((writer) => writer.flush()))
  const seconds = (performance.now() - startedAt) / 1000
  await sleep(300)
  stop.abort()
  await Promise.all(readers)
  const [p50 = '', p99 = ''] = percentiles(samples, [0.5, 0.99])
  return {
    asked: rate,
    'per second': Math.round(sent / seconds),
    missing: sent - samples.length,
    'p50 ms': p50,
    'p99 ms': p99,
  }
}
