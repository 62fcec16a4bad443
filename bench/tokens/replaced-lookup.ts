/**
 * A model of the look-up that Portico's replaces: tokens in the database as they are, a shared cache before it. Each
 * accepted request costs two commands of Redis; who finds nothing there queues for a lock, looks again, and asks the
 * database. That a token is unknown is written into the cache too, but read as if nothing stood there.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { sql } from 'kysely'
import type { Pool } from 'pg'
import type { Db } from '../../src/storage/database.ts'

export interface ReplacedLookup {
  find(token: string): Promise<ReplacedToken | undefined>
  /** Evicts the token from the cache, then deletes its row, as the callers of its day did. */
  revoke(token: string): Promise<void>
}

export interface ReplacedToken {
  id: string
  app_id: string
  tenant_id: string
  type: string
  token: string
  last_used_at: string | null
  created_at: string
}

const type = 'app'
const keptS = 600
const unknownKeptS = 60
const usageKeptS = 3_600
const lockMs = 10_000
const lockPatienceMs = 5_000
const lockPollMs = 100
const unlock = `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end`

const table = sql`
  create table if not exists replaced_api_tokens (
    id uuid primary key default gen_random_uuid(), app_id uuid not null default gen_random_uuid(),
    tenant_id uuid not null default gen_random_uuid(), type text not null default 'app', token varchar(255) not null,
    last_used_at timestamp, created_at timestamp not null default now())`
const index = sql`
  create index if not exists replaced_api_tokens_token on replaced_api_tokens (token, type)`

/** Its tokens as they were stored: readable, and found by an index that is not unique. */
export async function storeReplaced(db: Db, tokens: readonly string[]): Promise<void> {
  await table.execute(db)
  await index.execute(db)
  await sql`insert into replaced_api_tokens (token) select * from unnest(${tokens}::text[])`.execute(db)
}

export function createReplacedLookup(pool: Pool, redis: Redis, prefix: string): ReplacedLookup {
  const cacheKey = (token: string) => `${prefix}api_token:${type}:${token}`
  const used = (token: string) =>
    redis.set(`${prefix}api_token_active:${type}:${token}`, new Date().toISOString(), 'EX', usageKeptS)
  const cached = async (token: string) => {
    const text = await redis.get(cacheKey(token))
    return text === null ? undefined : ((JSON.parse(text) as ReplacedToken | null) ?? undefined)
  }
  const ask = async (token: string) => {
    const { rows } = await pool.query<ReplacedToken>(
      'select * from replaced_api_tokens where token = $1 and type = $2 limit 1',
      [token, type],
    )
    return rows[0]
  }
  const fill = async (token: string) => {
    const again = await cached(token)
    if (again !== undefined) return again
    const found = await ask(token)
    await redis.set(
      cacheKey(token),
      JSON.stringify(found ?? null),
      'EX',
      found === undefined ? unknownKeptS : keptS,
    )
    return found
  }
  const fillAlone = async (token: string) => {
    const [key, mine] = [`${prefix}api_token_query_lock:${type}:${token}`, randomUUID()]
    const endsAt = performance.now() + lockPatienceMs
    while ((await redis.set(key, mine, 'PX', lockMs, 'NX')) === null) {
      if (performance.now() > endsAt) return ask(token)
      await wait(lockPollMs)
    }
    try {
      return await fill(token)
    } finally {
      await redis.eval(unlock, 1, key, mine)
    }
  }
  return {
    async find(token) {
      const found = (await cached(token)) ?? (await fillAlone(token))
      if (found !== undefined) await used(token)
      return found
    },
    async revoke(token) {
      await redis.del(cacheKey(token))
      await pool.query('delete from replaced_api_tokens where token = $1 and type = $2', [token, type])
    },
  }
}
