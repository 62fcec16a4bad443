import { Pool } from 'undici'
import { Person } from '../../src/testing/person.ts'
import { percentiles } from '../databases.ts'
import type { Row } from '../run.ts'
import { startServer, type Server } from './children.ts'
import {
  findRedis,
  issueTokens,
  layGround,
  startGateways,
  sweep,
  type Ground,
  type IssuedToken,
} from './house.ts'
import { storeReplaced } from './replaced-lookup.ts'

const revokes = Number(process.env['BENCH_REVOKES'] ?? 1_000)
const replicas = 3
/** Callers that check tokens which are about to be revoked, or were just now. */
const callers = 12
const pauseMs = 4
const around = 10

/** Replicas whose tokens are revoked while others use them. */
interface Realm {
  who: string
  urls: string[]
  path: string
  tokens: IssuedToken[]
  /** Resolves when the call has returned. */
  revoke(token: IssuedToken, url: string): Promise<{ ms?: number; isPartial: boolean }>
}

/**
 * C2: tokens are revoked one after the other, at each replica in turn, under traffic on all of them. Every check that
 * begins after the call has returned must be refused, wherever it is. Wanted: none accepted, receipts within 25 ms.
 */
export async function revokeUnderTraffic(): Promise<Row[]> {
  const ground = await layGround()
  try {
    return [...(await ours(ground)), ...(await replaced(ground))]
  } finally {
    await ground.stop()
  }
}

async function ours({ address }: Ground): Promise<Row[]> {
  const servers = await startGateways(address, replicas)
  const [first = ''] = servers.map(({ url }) => url)
  const ada = await Person.signUp(first, 'Ada')
  const people = new Map(servers.map(({ url }) => [url, ada.at(url)]))
  const realm: Realm = {
    who: 'Portico',
    urls: [...people.keys()],
    path: '/forward-auth',
    tokens: await issueTokens(ada, revokes),
    async revoke({ id }, url) {
      const response = await people.get(url)?.ask('DELETE', `/api/tokens/${id}`)
      if (response?.status !== 200) throw new Error(`A revocation was answered ${await response?.text()}.`)
      const { ms, effective } = (await response.json()) as { ms: number; effective: string }
      return { ms, isPartial: effective !== 'all' }
    },
  }
  return [await measure(realm).finally(() => stopAll(servers))]
}

async function replaced({ address, database }: Ground): Promise<Row[]> {
  const where = await findRedis()
  if (where === undefined) return []
  const tokens = Array.from({ length: revokes }, (_, n) => ({ id: `app-${n}`, secret: `app-${n}` }))
  await storeReplaced(
    database.db,
    tokens.map(({ secret }) => secret),
  )
  const servers = await Promise.all(
    Array.from({ length: replicas }, () => startServer('replaced-server.ts', { address, ...where })),
  )
  const realm: Realm = {
    who: 'replaced look-up',
    urls: servers.map(({ url }) => url),
    path: '/',
    tokens,
    async revoke({ secret }, url) {
      await fetch(url, { method: 'DELETE', headers: { authorization: `Bearer ${secret}` } })
      return { isPartial: false }
    },
  }
  return [await measure(realm).finally(() => stopAll(servers).then(() => sweep(where)))]
}

interface Count {
  checks: number
  acceptedLive: number
  late: number
  acceptedLate: number
  /** Those of which a check was accepted after they were revoked. */
  livedOn: Set<IssuedToken>
}

async function measure(realm: Realm): Promise<Row> {
  const pools = realm.urls.map((url) => new Pool(url, { connections: callers + 2 }))
  const dead = new Set<IssuedToken>()
  const count: Count = { checks: 0, acceptedLive: 0, late: 0, acceptedLate: 0, livedOn: new Set() }
  const check = async (token: IssuedToken, pool: Pool) => {
    const beganLate = dead.has(token)
    const headers = { authorization: `Bearer ${token.secret}` }
    const { statusCode, body } = await pool.request({ path: realm.path, method: 'GET', headers })
    await body.dump()
    if (statusCode !== 200 && statusCode !== 401) throw new Error(`A check was answered ${statusCode}.`)
    count.checks++
    if (beganLate) count.late++
    if (statusCode !== 200) return
    count[beganLate ? 'acceptedLate' : 'acceptedLive']++
    if (beganLate) count.livedOn.add(token)
  }
  let at = 0
  let isOver = false
  const traffic = Array.from({ length: callers }, async (_, n) => {
    while (!isOver) {
      const near = at + Math.floor((Math.random() * 2 - 1) * around)
      const [token, pool] = [realm.tokens[Math.max(0, near)], pools[n % pools.length]]
      if (token !== undefined && pool !== undefined) await check(token, pool)
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  })
  const startedAt = performance.now()
  const receipts: number[] = []
  const calls: number[] = []
  let partial = 0
  for (; at < realm.tokens.length; at++) {
    const [token, url] = [realm.tokens[at], realm.urls[at % realm.urls.length]]
    if (token === undefined || url === undefined) continue
    const askedAt = performance.now()
    const { ms, isPartial } = await realm.revoke(token, url)
    dead.add(token)
    calls.push(performance.now() - askedAt)
    if (ms !== undefined) receipts.push(ms)
    if (isPartial) partial++
    await Promise.all(pools.map((pool) => check(token, pool)))
  }
  const seconds = (performance.now() - startedAt) / 1_000
  isOver = true
  await Promise.all([...traffic, ...pools.map((pool) => pool.close())])
  return rowOf({ realm, count, receipts, calls, partial, seconds })
}

interface Measured {
  realm: Realm
  count: Count
  receipts: number[]
  calls: number[]
  partial: number
  seconds: number
}

function rowOf({ realm, count, receipts, calls, partial, seconds }: Measured): Row {
  const [callP50 = NaN, callP99 = NaN] = percentiles(calls, [0.5, 0.99])
  const [p50 = NaN, p99 = NaN] = percentiles(receipts, [0.5, 0.99])
  return {
    who: realm.who,
    replicas: realm.urls.length,
    revokes: calls.length,
    'checks begun after': count.late,
    'accepted of those': count.acceptedLate,
    'tokens that lived on': count.livedOn.size,
    'checks in all': count.checks,
    'accepted before': count.acceptedLive,
    'checks per second': Math.round(count.checks / seconds),
    'call p50 ms': callP50,
    'call p99 ms': callP99,
    ...(receipts.length > 0 && { 'receipt p50 ms': p50, 'receipt p99 ms': p99, partial }),
  }
}

async function stopAll(servers: readonly Server[]): Promise<void> {
  await Promise.all(servers.map((server) => server.stop()))
}
