import { randomBytes } from 'node:crypto'
import type { Agent } from '../src/agents/agent.ts'
import { echo } from '../src/agents/backends/echo.ts'
import { sleep } from '../src/lib/sleep.ts'
import type { DatabaseAddress, Db } from '../src/storage/database.ts'
import { onEachDatabase, percentiles } from './databases.ts'
import { startGateway } from './gateway.ts'
import { People } from './people.ts'
import { QuickPlatform } from './quick-platform.ts'
import type { Row } from './run.ts'
import { countStatements } from './statements.ts'

const people = 200
const turnsEach = 30
const calmSeconds = 10
const calmPerSecond = 50

/**
 * D1 and D2: whole durable turns on one replica: a platform's message is received and committed, the echo agent
 * runs, its events are stored, the answer is delivered. Everybody writes as soon as they are answered; then people
 * write at a modest rate, and it is measured how soon the agent is called. Every message must have been answered
 * once. The reference is what the same pool makes of single-row inserts, each a transaction.
 *
 * With BENCH_STATEMENTS=1 it says what PostgreSQL was asked, and how often per turn.
 */
export function bench(): Promise<Row[]> {
  return onEachDatabase(async ({ db }, address) => {
    const inserts = await insertsPerSecond(db)
    const rows: Row[] = [{ what: 'single-row inserts', 'per second': Math.round(inserts) }]
    for (const [what, abilities] of [
      ['whole answers', { streaming: 'buffer', idempotentSend: true }],
      ['growing answers', { streaming: 'edit', idempotentSend: false }],
    ] as const) {
      const platform = new QuickPlatform(abilities)
      rows.push({ what, ...(await measure(db, address, platform, inserts)) })
      await db.deleteFrom('connections').execute()
      await db.deleteFrom('bots').execute()
    }
    return rows
  })
}

async function measure(
  db: Db,
  address: DatabaseAddress,
  platform: QuickPlatform,
  inserts: number,
): Promise<Row> {
  const crowd = new People(platform, people)
  await crowd.connect(db)
  const agent = new ClockedEcho()
  const gateway = await startGateway(address, 'channels: { playground: { enabled: false } }', {
    channels: [platform.definition],
    agents: new Map([['default', agent]]),
  })
  await crowd.converse(5)

  const statements = countStatements()
  const cpuBefore = process.cpuUsage()
  const startedAt = performance.now()
  await crowd.converse(turnsEach)
  const seconds = (performance.now() - startedAt) / 1000
  const cpu = process.cpuUsage(cpuBefore)
  statements.stop()

  const called = await writeCalmly(platform, crowd, agent)
  await gateway.stop()
  crowd.check()

  const turns = people * turnsEach
  if (process.env['BENCH_STATEMENTS'] !== undefined) print(statements.counts, turns)
  const [p50 = '', p99 = ''] = percentiles(called, [0.5, 0.99])
  return {
    'per second': Math.round(turns / seconds),
    'of the inserts': rounded(turns / seconds / inserts, 3),
    'statements per turn': rounded(sumOf(statements.counts) / turns, 1),
    'node ms per turn': rounded((cpu.user + cpu.system) / 1000 / turns, 2),
    'agent called p50 ms': p50,
    'agent called p99 ms': p99,
  }
}

/** An echo that knows when it was told what. */
class ClockedEcho implements Agent {
  readonly toldAt = new Map<string, number>()
  readonly #echo = echo.create({}, { fetch, sleep })

  run(...[turn, signal]: Parameters<Agent['run']>): ReturnType<Agent['run']> {
    this.toldAt.set(turn.message.text, performance.now())
    return this.#echo.run(turn, signal)
  }
}

/** Milliseconds from the moment when the bot has a message in hand to the call of the agent. */
async function writeCalmly(platform: QuickPlatform, crowd: People, agent: ClockedEcho): Promise<number[]> {
  const receivedAt = new Map<string, number>()
  platform.onReceived = ({ text }) => receivedAt.set(text, performance.now())
  const over = crowd.untilAnswered(calmSeconds * calmPerSecond)
  const startedAt = performance.now()
  for (let sent = 0; sent < calmSeconds * calmPerSecond; sent++) {
    const dueAt = startedAt + (sent * 1000) / calmPerSecond
    await sleep(Math.max(0, dueAt - performance.now()))
    crowd.write(crowd.chatIds[sent % people] ?? '')
  }
  await over
  return [...receivedAt].map(([text, at]) => (agent.toldAt.get(text) ?? NaN) - at)
}

/** A durable commit each, from as many callers as the pool has connections. */
async function insertsPerSecond(db: Db): Promise<number> {
  const seconds = 3
  const endsAt = performance.now() + seconds * 1000
  const name = 'An insert'
  let inserted = 0
  const insert = async () => {
    for (; performance.now() < endsAt; inserted++) {
      const id = randomBytes(16).toString('hex')
      await db.insertInto('workspaces').values({ id, name }).execute()
    }
  }
  await Promise.all(Array.from({ length: 20 }, insert))
  await db.deleteFrom('workspaces').where('name', '=', name).execute()
  return inserted / seconds
}

function print(counts: ReadonlyMap<string, number>, turns: number): void {
  for (const [text, count] of [...counts].sort(([, a], [, b]) => b - a).slice(0, 40))
    process.stderr.write(`${(count / turns).toFixed(2).padStart(6)}  ${text.slice(0, 150)}\n`)
}

function sumOf(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0)
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}
