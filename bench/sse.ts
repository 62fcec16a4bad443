import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Agent } from '../src/agents/agent.ts'
import { sleep } from '../src/lib/sleep.ts'
import type { DatabaseAddress } from '../src/storage/database.ts'
import { Person } from '../src/testing/person.ts'
import { onEachDatabase, percentiles } from './databases.ts'
import { startGateway } from './gateway.ts'
import type { Row } from './run.ts'
import type { ReadersOrder, ReadersReport } from './sse-readers.ts'
import { now } from './wall-clock.ts'

/** As many as run at once on one replica. */
const turns = 200
const readersPerTurn = 10
const readers = turns * readersPerTurn
const seconds = 10

/**
 * D4: readers in another process over real sockets, each of a turn whose agent says something every second: what
 * a reader costs this process in memory, how late an event reaches it, and whether every stream ends cleanly when
 * the gateway stops.
 */
export function bench(): Promise<Row[]> {
  return onEachDatabase(async (_, address) => [await measure(address)])
}

async function measure(address: DatabaseAddress): Promise<Row> {
  const gateway = await startGateway(address, '', { agents: new Map([['default', new Ticker()]]) })
  const person = await Person.signUp(gateway.url, 'Ada')
  const urls: string[] = []
  for (let n = 0; n < turns; n++) urls.push(new URL(await ask(person), gateway.url).href)
  await sleep(2_000)

  const child = fork(join(import.meta.dirname, 'sse-readers.ts'), { serialization: 'advanced' })
  const order: ReadersOrder = {
    urls: Array.from({ length: readersPerTurn / 2 }, () => urls).flat(),
    headers: { cookie: person.cookie },
  }
  // The first half also pays for what grows once: the heap's young generation, compiled code, pools.
  await tell(child, order)
  await listen(child, 3)
  const half = memory()
  await tell(child, order)
  const latencies = await listen(child, seconds)
  const all = memory()

  const stoppedAt = now()
  await gateway.stop()
  const stopMs = now() - stoppedAt
  const end = await untilEnded(child)
  child.disconnect()
  const [p50 = '', p99 = ''] = percentiles(latencies, [0.5, 0.99])
  return {
    readers,
    'KB each (RSS)': rounded(((all.rss - half.rss) / 1024 / readers) * 2),
    'KB each (heap)': rounded(((all.heap - half.heap) / 1024 / readers) * 2),
    'events per second': Math.round(latencies.length / seconds),
    'p50 ms': p50,
    'p99 ms': p99,
    'clean ends': end.endedCleanly,
    'broken off': end.brokenOff,
    'last end after ms': Math.round(end.lastEndAt - stoppedAt),
    'stopped after ms': Math.round(stopMs),
  }
}

/** Begins a turn in a conversation of its own; returns the path of its stream. */
async function ask(person: Person): Promise<string> {
  const { id } = await person.begin()
  return `/api/turns/${await person.turn(id, 'Go')}/stream`
}

/** How late events were while nobody connected. */
async function listen(child: ChildProcess, forSeconds: number): Promise<number[]> {
  await tell(child, 'report')
  await sleep(forSeconds * 1000)
  return ((await tell(child, 'report')) as ReadersReport).latencies
}

async function tell(child: ChildProcess, what: ReadersOrder | 'report'): Promise<unknown> {
  child.send(what)
  const [answer] = (await once(child, 'message')) as [unknown]
  return answer
}

async function untilEnded(child: ChildProcess): Promise<ReadersReport> {
  for (let waitedMs = 0; ; waitedMs += 100) {
    const report = (await tell(child, 'report')) as ReadersReport
    if (report.endedCleanly + report.brokenOff === readers || waitedMs > 10_000) return report
    await sleep(100)
  }
}

/** Says every second when it said so. */
class Ticker implements Agent {
  async *run(...[, signal]: Parameters<Agent['run']>): ReturnType<Agent['run']> {
    // Not all in the same moment.
    await sleep(Math.random() * 1000, signal)
    for (;;) {
      yield { type: 'data-tick', data: { at: now() }, transient: true }
      await sleep(1_000, signal)
    }
  }
}

/** In bytes, after garbage was collected. */
function memory(): { rss: number; heap: number } {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  const { rss, heapUsed, external } = process.memoryUsage()
  return { rss, heap: heapUsed + external }
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10
}
