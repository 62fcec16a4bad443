import { sql } from 'kysely'
import { Person } from '../../src/testing/person.ts'
import type { Row } from '../run.ts'
import { startCallers, startServer, type Callers, type Server } from './children.ts'
import { findRedis, keysLeft, layGround, rounded, startGateways, sweep, type Ground } from './house.ts'
import { storeReplaced } from './replaced-lookup.ts'

const tokens = Number(process.env['BENCH_GARBAGE'] ?? 100_000)

/**
 * C4: made-up tokens of the right form, each another one, over HTTP. Wanted: no query, and no memory that is kept. The
 * replaced look-up gets a fiftieth of them. The record may hold some entries, but not as many as there are tokens.
 */
export async function sendGarbage(): Promise<Row[]> {
  const ground = await layGround()
  const callers = startCallers()
  try {
    return [...(await ours(ground, callers)), ...(await replaced(ground, callers))]
  } finally {
    callers.stop()
    await ground.stop()
  }
}

async function ours({ address, database }: Ground, callers: Callers): Promise<Row[]> {
  const [server] = await startGateways(address, 1)
  if (server === undefined) return []
  await Person.signUp(server.url, 'Ada')
  const order = { path: '/forward-auth', look: /api_token_secrets|token_facts/ }
  // What the runtime compiles and keeps for any request is there after as many.
  await send(callers, server, { ...order, requests: tokens })
  const row = await send(callers, server, { ...order, requests: tokens })
  // What it recorded last is written when it stops.
  await server.stop()
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from audit_entries where action = 'api_token.refused'`.execute(database.db)
  return [{ who: 'Portico', ...row, 'entries of the record': rows[0]?.count ?? 0 }]
}

async function replaced({ address, database }: Ground, callers: Callers): Promise<Row[]> {
  const where = await findRedis()
  if (where === undefined) return []
  await storeReplaced(database.db, [])
  const server = await startServer('replaced-server.ts', { address, ...where })
  const requests = Math.ceil(tokens / 50)
  const row = await send(callers, server, { path: '/', look: /replaced_api_tokens/, requests })
  const left = await keysLeft(where)
  await server.stop()
  await sweep(where)
  return [{ who: 'replaced look-up', ...row, 'entries of the record': 0, 'keys left in Redis': left.length }]
}

async function send(
  callers: Callers,
  server: Server,
  { path, look, requests }: { path: string; look: RegExp; requests: number },
): Promise<Row> {
  const before = await server.costs()
  const { statuses, failed, ms, p50, p99 } = await callers.ask({
    ...{ url: server.url, method: 'GET', path, connections: 64, requests },
    headers: { authorization: 'Bearer {garbage}' },
  })
  const after = await server.costs()
  const sum = (of: Record<string, number>, pattern: RegExp) =>
    Object.entries(of).reduce((all, [text, count]) => (pattern.test(text) ? all + count : all), 0)
  const more = (pattern: RegExp) => sum(after.statements, pattern) - sum(before.statements, pattern)
  return {
    requests,
    refused: statuses[401] ?? 0,
    otherwise: requests - (statuses[401] ?? 0) + failed,
    'look-ups by SQL': more(look),
    'all SQL meanwhile': more(/^(?!redis$)/),
    'commands of Redis': more(/^redis$/),
    'RSS before MB': rounded(before.rssMb, 1),
    'RSS after MB': rounded(after.rssMb, 1),
    'heap before MB': rounded(before.heapMb, 1),
    'heap after MB': rounded(after.heapMb, 1),
    'per second': rounded((requests * 1_000) / ms),
    'p50 ms': p50,
    'p99 ms': p99,
  }
}
