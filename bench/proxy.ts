import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Agent } from '../src/agents/agent.ts'
import type { DatabaseAddress, Db } from '../src/storage/database.ts'
import { Person } from '../src/testing/person.ts'
import { onEachDatabase, percentiles } from './databases.ts'
import { startGateway } from './gateway.ts'
import type { LoadOrder, LoadReport } from './proxy-clients.ts'
import type { Row } from './run.ts'

const rounds = Number(process.env['BENCH_ROUNDS'] ?? 5)

/**
 * D5: an answer of 1 KB through /proxy, with the grant of a turn, a sealed credential and an entry of the record that is
 * committed before the answer; beside a server that passes requests on by undici and does nothing else. Callers,
 * provider, pass-through and gateway are a process each; both are asked in turns, in one run. Wanted: at least 0.5 of
 * the answers per second.
 */
export function bench(): Promise<Row[]> {
  return onEachDatabase(({ db }, address) => measure(db, address))
}

async function measure(db: Db, address: DatabaseAddress): Promise<Row[]> {
  const provider = start('proxy-servers.ts', 'provider')
  const [providerUrl] = (await once(provider, 'message')) as [string]
  const bare = start('proxy-servers.ts', 'bare', providerUrl)
  const [bareUrl] = (await once(bare, 'message')) as [string]
  const clients = start('proxy-clients.ts')

  const agent = new GrantKeeper()
  const gateway = await startGateway(address, yamlFor(providerUrl), {
    agents: new Map([['default', agent]]),
    credentialPace: { perSecond: 1e6, burst: 1e6 },
  })
  const person = await Person.signUp(gateway.url, 'Ada')
  const credential = { type: 'api_key', title: 'Bench', api_key: 'a-key-that-nobody-else-has' }
  await person.post('/api/integrations/bench/credentials', credential)
  const conversation = await person.begin()
  await person.stream(await person.turn(conversation.id, 'Hello'))

  const authorization = `Bearer ${agent.token}`
  const through = { origin: gateway.url, path: '/proxy/bench/user', headers: { authorization } }
  const direct = { origin: bareUrl, path: '/user', headers: { authorization } }
  const rows: Row[] = []
  for (const connections of [1, 16, 64]) rows.push(await compare(clients, direct, through, connections))
  await mustBeRecorded(db, rows)
  clients.disconnect()
  bare.disconnect()
  await gateway.stop()
  provider.disconnect()
  return rows
}

function yamlFor(providerUrl: string): string {
  const { host } = new URL(providerUrl)
  return `
agents: { default: { kind: echo, integrations: { calls: 1000000 } } }
integrations:
  allow_hosts: ["127.0.0.1"]
  providers:
    bench:
      name: Bench
      category: dev
      api_hosts: ["${host}"]
      api_base: "${providerUrl}/"
      api_key: { label: Key, inject: { header: Authorization, format: "Bearer {token}" } }
      evidence: [made up]
      checked_on: "2026-11-01"
      confidence: low
`
}

/** An agent that does nothing but keep what it is given for its turn. */
class GrantKeeper implements Agent {
  token = ''

  async *run({ grant }: Parameters<Agent['run']>[0]): ReturnType<Agent['run']> {
    this.token = grant?.token ?? ''
    yield { type: 'text-start', id: '1' }
    yield { type: 'text-delta', id: '1', delta: 'Kept.' }
    yield { type: 'text-end', id: '1' }
  }
}

type Asked = Pick<LoadOrder, 'origin' | 'path' | 'headers'>

async function compare(
  clients: ChildProcess,
  ...[direct, through, connections]: [Asked, Asked, number]
): Promise<Row> {
  const requests = connections === 1 ? 1_000 : 4_000
  for (const asked of [direct, through])
    await tell(clients, { ...asked, requests: requests / 4, connections })
  const reports: [direct: LoadReport, through: LoadReport][] = []
  for (let round = 0; round < rounds; round++)
    reports.push([
      await tell(clients, { ...direct, requests, connections }),
      await tell(clients, { ...through, requests, connections }),
    ])
  const [bare, proxied] = [0, 1].map((which) => {
    const all = reports.map((pair) => pair[which]).filter((report) => report !== undefined)
    const took = all.flatMap((report) => report.took)
    const [p50 = NaN, p99 = NaN] = percentiles(took, [0.5, 0.99])
    return { p50, p99, perSecond: (took.length * 1000) / all.reduce((sum, { ms }) => sum + ms, 0) }
  })
  if (bare === undefined || proxied === undefined) throw new Error('Nothing was measured.')
  return {
    connections,
    requests: rounds * requests,
    'bare per second': Math.round(bare.perSecond),
    'proxy per second': Math.round(proxied.perSecond),
    'of bare': Math.round((proxied.perSecond / bare.perSecond) * 100) / 100,
    'bare p50 ms': bare.p50,
    'bare p99 ms': bare.p99,
    'proxy p50 ms': proxied.p50,
    'proxy p99 ms': proxied.p99,
  }
}

/** Every request that was answered has its entry, and no other. */
async function mustBeRecorded(db: Db, rows: readonly Row[]): Promise<void> {
  const { count } = await db
    .selectFrom('audit_entries')
    .select((select) => select.fn.countAll<string>().as('count'))
    .where('action', '=', 'credential.used')
    .executeTakeFirstOrThrow()
  const measured = rows.reduce((sum, row) => sum + Number(row['requests']), 0)
  const wanted = measured + (measured / rounds) * 0.25
  if (Number(count) !== wanted) throw new Error(`${count} of ${wanted} requests are in the record.`)
}

async function tell(clients: ChildProcess, order: LoadOrder): Promise<LoadReport> {
  clients.send(order)
  const [report] = (await once(clients, 'message')) as [LoadReport]
  return report
}

function start(file: string, ...args: string[]): ChildProcess {
  const child = fork(join(import.meta.dirname, file), args)
  child.once('exit', (code) => {
    if (code !== null && code !== 0) throw new Error(`${file} ended with ${code}.`)
  })
  return child
}
