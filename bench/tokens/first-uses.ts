import { Redis } from 'ioredis'
import pg from 'pg'
import { createTokenFormat } from '../../src/tokens/format.ts'
import type { Row } from '../run.ts'
import { countStatements } from '../statements.ts'
import { poolOf } from './databases.ts'
import { findRedis, layGround, rounded, sweep, type Ground } from './house.ts'
import { checkKey, openTokens, settleAda } from './in-process.ts'
import { createReplacedLookup, storeReplaced } from './replaced-lookup.ts'

const callers = Number(process.env['BENCH_CALLERS'] ?? 10_000)

/**
 * C3: so many use a token at once that this replica does not hold, of which it keeps no more than one (above
 * `tokens.memory_limit`); and one that nobody ever made, though its check is right. Wanted: one query each at most.
 */
export async function countFirstUses(): Promise<Row[]> {
  const ground = await layGround()
  try {
    return [...(await ours(ground)), ...(await replaced(ground))]
  } finally {
    await ground.stop()
  }
}

async function ours({ database }: Ground): Promise<Row[]> {
  const ada = await settleAda(database)
  const before = await openTokens(database, 1)
  const issued = await Promise.all(
    [1, 2, 3].map((n) => before.tokens.issue(ada, { name: `Bench ${n}`, permissions: ['CHAT'] })),
  )
  await before.stop()
  const replica = await openTokens(database, 1)
  try {
    const count = async (token: string, secret: string) =>
      measure('Portico', token, /api_token_secrets|token_facts/, async () => {
        const { code } = await replica.tokens.check(secret, {})
        return code === 'VALID'
      })
    const rows: Row[] = []
    for (const [n, { secret }] of issued.entries()) rows.push(await count(`issued, ${n + 1}`, secret))
    rows.push(await count('never issued', createTokenFormat(checkKey).make('live')))
    return rows
  } finally {
    await replica.stop()
  }
}

async function replaced({ address, database }: Ground): Promise<Row[]> {
  const where = await findRedis()
  if (where === undefined) return []
  await storeReplaced(database.db, ['app-issued'])
  const pool = new pg.Pool(poolOf(address))
  const redis = new Redis(where.redisUrl)
  try {
    const lookup = createReplacedLookup(pool, redis, where.prefix)
    const count = (token: string, secret: string) =>
      measure(
        'replaced look-up',
        token,
        /replaced_api_tokens/,
        async () => (await lookup.find(secret)) !== undefined,
      )
    return [await count('issued', 'app-issued'), await count('never issued', 'app-unknown')]
  } finally {
    redis.disconnect()
    await pool.end()
    await sweep(where)
  }
}

async function measure(
  who: string,
  token: string,
  query: RegExp,
  check: () => Promise<boolean>,
): Promise<Row> {
  const statements = countStatements()
  const startedAt = performance.now()
  const answers = await Promise.allSettled(Array.from({ length: callers }, check))
  const ms = performance.now() - startedAt
  statements.stop()
  const queries = [...statements.counts]
    .filter(([text]) => query.test(text))
    .reduce((sum, [, count]) => sum + count, 0)
  const answered = answers.filter(({ status }) => status === 'fulfilled').length
  const accepted = answers.filter((one) => one.status === 'fulfilled' && one.value).length
  return {
    who,
    token,
    callers,
    queries,
    accepted,
    refused: answered - accepted,
    failed: callers - answered,
    ms: rounded(ms),
  }
}
