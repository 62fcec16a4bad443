import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Person } from '../../src/testing/person.ts'
import type { Row } from '../run.ts'
import { startCallers, startServer, type Callers, type Server } from './children.ts'
import {
  findRedis,
  issueTokens,
  layGround,
  median,
  rounded,
  startGateways,
  sweep,
  type Ground,
} from './house.ts'
import type { LoadOrder, LoadReport } from './load.ts'
import { storeReplaced } from './replaced-lookup.ts'

const rounds = Number(process.env['BENCH_ROUNDS'] ?? 5)
const seconds = Number(process.env['BENCH_SECONDS'] ?? 4)
const connections = 64

/** One that is measured: a server, and what it is asked. */
interface Rival {
  name: string
  /** The one that does the same over HTTP and checks nothing. */
  beside: string
  server: Server
  order: Pick<LoadOrder, 'method' | 'path' | 'headers' | 'body'>
}

interface Sample {
  report: LoadReport
  perSecond: number
  cpuUs: number
}

/**
 * C1: checks per second over HTTP, 64 connections kept alive, all servers in turns within each round; each server is a
 * process, and so are all callers together. On a machine of two cores the callers take one of them, so the requests per
 * second say how fast the pair is; the CPU of the server per request is what it costs alone. Wanted: 0.85 of bare.
 */
export async function compareSpeeds(): Promise<Row[]> {
  const ground = await layGround()
  const callers = startCallers()
  const rivals = await startRivals(ground)
  try {
    const samples = new Map(rivals.map(({ name }) => [name, [] as Sample[]]))
    for (const rival of rivals) await measure(callers, rival, Math.min(1, seconds))
    for (let round = 0; round < rounds; round++)
      for (const rival of rivals) samples.get(rival.name)?.push(await measure(callers, rival, seconds))
    return rivals.map((rival) => rowOf(rival, samples))
  } finally {
    callers.stop()
    for (const server of new Set(rivals.map(({ server }) => server))) await server.stop()
    await ground.stop()
  }
}

async function startRivals(ground: Ground): Promise<Rival[]> {
  return [
    ...(await bareRivals()),
    ...(await ours(ground)),
    ...(await replaced(ground)),
    ...(await betterAuth(ground)),
  ]
}

/** The same request for those that look at nothing of it. */
const bearer = { authorization: `Bearer pt_live_${'x'.repeat(40)}` }
const get = { method: 'GET', path: '/', headers: bearer } as const
const post = {
  method: 'POST',
  path: '/',
  headers: bearer,
  body: `{"token":"pt_live_${'x'.repeat(40)}"}`,
} as const

async function bareRivals(): Promise<Rival[]> {
  const kinds = [
    ['bare', get],
    ['bare, body', post],
    ['Fastify', get],
    ['Fastify, body', post],
  ] as const
  return Promise.all(
    kinds.map(async ([kind, order]) => ({
      name: kind.replace('bare', 'bare node:http'),
      beside: order === get ? 'bare node:http' : 'bare node:http, body',
      server: await startServer('bare-server.ts', { kind }),
      order,
    })),
  )
}

async function ours({ address }: Ground): Promise<Rival[]> {
  const [server] = await startGateways(address, 1)
  if (server === undefined) return []
  const ada = await Person.signUp(server.url, 'Ada')
  const [asked] = await issueTokens(ada, 1)
  const [asking] = await issueTokens(ada, 1, ['VERIFY_TOKENS'])
  const [token = '', asker = ''] = [asked?.secret, asking?.secret]
  return [
    {
      name: 'Portico /forward-auth',
      beside: 'bare node:http',
      server,
      order: { method: 'GET', path: '/forward-auth', headers: { authorization: `Bearer ${token}` } },
    },
    {
      name: 'Portico /api/tokens/verify',
      beside: 'bare node:http, body',
      server,
      order: {
        method: 'POST',
        path: '/api/tokens/verify',
        headers: { authorization: `Bearer ${asker}` },
        body: JSON.stringify({ token }),
      },
    },
  ]
}

async function replaced({ address, database }: Ground): Promise<Rival[]> {
  const where = await findRedis()
  if (where === undefined) return []
  const token = `app-${'x'.repeat(24)}`
  await storeReplaced(database.db, [token])
  const server = await startServer('replaced-server.ts', { address, ...where })
  const stop = () => server.stop().then(() => sweep(where))
  const order = { ...get, headers: { authorization: `Bearer ${token}` } }
  return [{ name: 'replaced look-up, cached', beside: 'bare node:http', server: { ...server, stop }, order }]
}

async function betterAuth({ address }: Ground): Promise<Rival[]> {
  if (!existsSync(join(import.meta.dirname, 'node_modules/@better-auth/api-key'))) {
    console.error('better-auth is left out: `npm ci --prefix bench/tokens` installs it.')
    return []
  }
  const rivals: Rival[] = []
  for (const storage of ['postgres', 'map'] as const) {
    const server = await startServer('better-auth-server.ts', { address, storage })
    const key = await (await fetch(`${server.url}/key`)).text()
    const name = `better-auth 1.7.5, keys in ${storage === 'map' ? 'a map' : 'PostgreSQL'}`
    rivals.push({ name, beside: 'bare node:http', server, order: { ...get, headers: { 'x-api-key': key } } })
  }
  return rivals
}

async function measure(
  callers: Callers,
  { name, server, order }: Rival,
  forSeconds: number,
): Promise<Sample> {
  const before = await server.costs()
  const report = await callers.ask({ url: server.url, ...order, connections, seconds: forSeconds })
  const after = await server.costs()
  const answered = report.statuses[200] ?? 0
  const wrong = Object.keys(report.statuses).filter((status) => status !== '200')
  if (answered === 0 || wrong.length > 0 || report.failed > 0)
    throw new Error(`${name} answered ${JSON.stringify(report)}.`)
  const cpuUs = (after.cpuUs - before.cpuUs) / answered
  return { report, cpuUs, perSecond: (answered * 1_000) / report.ms }
}

function rowOf({ name, beside }: Rival, samples: ReadonlyMap<string, readonly Sample[]>): Row {
  const mine = samples.get(name) ?? []
  // Within a round, as the machine is another one in each.
  const of = (rival: string, pick: (sample: Sample) => number) =>
    rounded(
      median(
        mine.flatMap((sample, round) => {
          const its = samples.get(rival)?.[round]
          return its === undefined ? [] : [pick(sample) / pick(its)]
        }),
      ),
      3,
    )
  const perCpu = ({ cpuUs }: Sample) => 1 / cpuUs
  const perSecond = (sample: Sample) => sample.perSecond
  const middle = (pick: (sample: Sample) => number, digits: number) => rounded(median(mine.map(pick)), digits)
  return {
    server: name,
    'per second': middle(perSecond, 0),
    'of bare': of('bare node:http', perSecond),
    'of its like': of(beside, perSecond),
    'p50 ms': middle(({ report }) => report.p50, 2),
    'p99 ms': middle(({ report }) => report.p99, 2),
    'server CPU us': middle(({ cpuUs }) => cpuUs, 1),
    'of its like by CPU': of(beside, perCpu),
    'slowest round': Math.round(Math.min(...mine.map(perSecond))),
    'fastest round': Math.round(Math.max(...mine.map(perSecond))),
  }
}
