import { randomBytes } from 'node:crypto'
import { rm, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { openDatabase, type Database, type DatabaseAddress } from '../../src/storage/database.ts'
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/storage/embedded-postgres.ts'
import { migrate } from '../../src/storage/migrate.ts'
import type { Person } from '../../src/testing/person.ts'
import { log } from '../databases.ts'
import { startServer, type Server } from './children.ts'

/** A PostgreSQL server of its own that may be stopped, migrated. */
export interface Ground {
  address: DatabaseAddress
  database: Database
  server: EmbeddedPostgres
  directory: string
  stop(): Promise<void>
}

export async function layGround(): Promise<Ground> {
  const directory = await mkdtemp(join(tmpdir(), 'portico-bench-'))
  const server = await startEmbeddedPostgres({ directory, log })
  const database = openDatabase(server.address, 10)
  await migrate(database.db)
  return {
    address: server.address,
    database,
    server,
    directory,
    async stop() {
      await database.close()
      await server.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** Several gateways on one database, with one master key. */
export function startGateways(address: DatabaseAddress, count: number, yaml = plain): Promise<Server[]> {
  process.env['BENCH_MASTER_KEY'] ??= randomBytes(32).toString('base64')
  return Promise.all(Array.from({ length: count }, () => startServer('gateway-server.ts', { address, yaml })))
}

const plain = 'agents: { default: { kind: echo } }'

export interface IssuedToken {
  id: string
  secret: string
}

/** Makes tokens over HTTP; the first person of all may give every permission. */
export async function issueTokens(
  ada: Person,
  count: number,
  permissions = ['CHAT'],
): Promise<IssuedToken[]> {
  const issued: IssuedToken[] = []
  const makers = Array.from({ length: Math.min(8, count) }, async (_, first) => {
    for (let at = first; at < count; at += 8) {
      const body = { name: `Bench ${at}`, permissions }
      const { id, token } = await ada.post<{ id: string; token: string }>('/api/tokens', body)
      issued[at] = { id, secret: token }
    }
  })
  await Promise.all(makers)
  return issued
}

/** The Redis of the replaced look-up, and names of its own there; undefined where there is none. */
export async function findRedis(): Promise<{ redisUrl: string; prefix: string } | undefined> {
  const redisUrl = process.env['BENCH_REDIS_URL'] ?? 'redis://127.0.0.1:6379'
  const redis = new Redis(redisUrl, { lazyConnect: true, retryStrategy: null, maxRetriesPerRequest: 0 })
  redis.on('error', () => undefined)
  try {
    await redis.connect()
    return { redisUrl, prefix: `portico_bench_${randomBytes(4).toString('hex')}:` }
  } catch {
    console.error(`No Redis answers at ${redisUrl} (BENCH_REDIS_URL): the replaced look-up is left out.`)
    return undefined
  } finally {
    redis.disconnect()
  }
}

/** What a model left in Redis. */
export async function keysLeft({
  redisUrl,
  prefix,
}: {
  redisUrl: string
  prefix: string
}): Promise<string[]> {
  const redis = new Redis(redisUrl)
  const keys: string[] = []
  for await (const batch of redis.scanStream({ match: `${prefix}*`, count: 1_000 }))
    keys.push(...(batch as string[]))
  redis.disconnect()
  return keys
}

export async function sweep(where: { redisUrl: string; prefix: string }): Promise<void> {
  const keys = await keysLeft(where)
  const redis = new Redis(where.redisUrl)
  for (let from = 0; from < keys.length; from += 1_000) await redis.del(...keys.slice(from, from + 1_000))
  redis.disconnect()
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN
}

export function rounded(value: number, digits = 0): number {
  return Math.round(value * 10 ** digits) / 10 ** digits
}
