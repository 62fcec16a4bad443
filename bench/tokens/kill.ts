import { setTimeout as wait } from 'node:timers/promises'
import { Person } from '../../src/testing/person.ts'
import type { Db } from '../../src/storage/database.ts'
import type { Row } from '../run.ts'
import { startCallers, type Callers, type Server } from './children.ts'
import { issueTokens, layGround, rounded, startGateways, type Ground } from './house.ts'

const kills = Number(process.env['BENCH_KILLS'] ?? 5)
/** From the first use on; with what chance adds, anywhere between two writes of counts. */
const leastMs = 6_000
const mostMs = 12_000

/**
 * C6: a replica is killed with SIGKILL while its tokens are used. What it had accepted and not written is lost: wanted
 * are five seconds of it at most. And when the tokens were used last never goes back, after a restart neither.
 */
export async function killUnderTraffic(): Promise<Row[]> {
  const ground = await layGround()
  const callers = startCallers()
  try {
    const rows: Row[] = []
    let ada: Person | undefined
    for (let kill = 1; kill <= kills; kill++) {
      const [server] = await startGateways(ground.address, 1)
      if (server === undefined) throw new Error('No gateway was started.')
      ada = ada?.at(server.url) ?? (await Person.signUp(server.url, 'Ada'))
      rows.push({ kill, ...(await killOnce(ground, { callers, server, ada })) })
    }
    return rows
  } finally {
    callers.stop()
    await ground.stop()
  }
}

async function killOnce(
  { address, database: { db } }: Ground,
  { callers, server, ada }: { callers: Callers; server: Server; ada: Person },
): Promise<Row> {
  const [token] = await issueTokens(ada, 1)
  if (token === undefined) throw new Error('No token was made.')
  const killAfterMs = leastMs + Math.random() * (mostMs - leastMs)
  const load = callers.ask({
    ...{ url: server.url, method: 'GET', path: '/forward-auth', connections: 8 },
    headers: { authorization: `Bearer ${token.secret}` },
    seconds: mostMs / 1_000 + 0.5,
  })
  const watched = watch(db, token.id)
  await wait(killAfterMs)
  await server.kill()
  const { statuses } = await load
  const written = await usesOf(db, token.id)
  const [next] = await startGateways(address, 1)
  await fetch(`${next?.url}/forward-auth`, { headers: { authorization: `Bearer ${token.secret}` } })
  // Written at the latest when it stops.
  await next?.stop()
  const wentBack = await watched.stop()
  const accepted = statuses[200] ?? 0
  const perSecond = (accepted * 1_000) / killAfterMs
  return {
    'killed after ms': rounded(killAfterMs),
    accepted,
    written: written.uses,
    lost: accepted - written.uses,
    'lost seconds': rounded((accepted - written.uses) / perSecond, 2),
    'last use written': written.at?.toISOString() ?? 'never',
    'last use after the restart': (await usesOf(db, token.id)).at?.toISOString() ?? 'never',
    'times it went back': wentBack,
  }
}

async function usesOf(db: Db, id: string): Promise<{ uses: number; at: Date | null }> {
  const counted = await db
    .selectFrom('api_token_uses')
    .select('uses')
    .where('token_id', '=', id)
    .executeTakeFirst()
  const used = await db
    .selectFrom('api_token_secrets')
    .select('last_used_at')
    .where('token_id', '=', id)
    .executeTakeFirst()
  return { uses: Number(counted?.uses ?? 0), at: used?.last_used_at ?? null }
}

/** Looks again and again when it was used last, and counts how often that went back. */
function watch(db: Db, id: string): { stop(): Promise<number> } {
  const over = new AbortController()
  let wentBack = 0
  const watching = (async () => {
    let before = 0
    while (!over.signal.aborted) {
      const at = (await usesOf(db, id)).at?.getTime() ?? 0
      if (at < before) wentBack++
      before = at
      await wait(50)
    }
  })()
  return {
    async stop() {
      over.abort()
      await watching
      return wentBack
    },
  }
}
