import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/storage/embedded-postgres.ts'
import { sleep } from '../../src/lib/sleep.ts'
import { Person } from '../../src/testing/person.ts'
import { log } from '../databases.ts'
import type { Row } from '../run.ts'
import { startCallers, type Callers, type Server } from './children.ts'
import { issueTokens, layGround, rounded, startGateways, type Ground, type IssuedToken } from './house.ts'

const outageS = Number(process.env['BENCH_OUTAGE_SECONDS'] ?? 10)
const patienceMs = 15_000

interface Scene {
  ground: Ground
  server: Server
  ada: Person
  callers: Callers
}

/**
 * C5: PostgreSQL is away while a token that is known is used, and somebody tries to revoke another one. Once it is
 * stopped, so that nothing answers, and once it is held (SIGSTOP), so that connections hang. Wanted: all checks go on,
 * and revoking says that it could not.
 */
export async function goWithoutDatabase(): Promise<Row[]> {
  const ground = await layGround()
  const callers = startCallers()
  // Everything else in it complains.
  process.env['BENCH_LOG'] = 'silent'
  const [server] = await startGateways(ground.address, 1)
  delete process.env['BENCH_LOG']
  if (server === undefined) return []
  let postgres: EmbeddedPostgres | undefined
  try {
    const ada = await Person.signUp(server.url, 'Ada')
    const scene = { ground, server, ada, callers }
    const rows = [
      await during(
        scene,
        'held',
        () => hold(ground, 'STOP'),
        () => hold(ground, 'CONT'),
      ),
    ]
    const again = async () => {
      postgres = await startEmbeddedPostgres({ directory: ground.directory, log })
    }
    rows.push(await during(scene, 'stopped', () => ground.server.stop(), again))
    return rows
  } finally {
    callers.stop()
    await server.stop()
    await postgres?.stop()
    await ground.stop()
  }
}

async function during(
  { server, ada, callers }: Scene,
  database: string,
  begin: () => Promise<void>,
  end: () => Promise<void>,
): Promise<Row> {
  const [used, revoked] = (await issueTokens(ada, 2)) as [IssuedToken, IssuedToken]
  const order = { method: 'GET', path: '/forward-auth' } as const
  const headers = { authorization: `Bearer ${used.secret}` }
  await begin()
  const load = callers.ask({ url: server.url, ...order, headers, connections: 16, seconds: outageS })
  const refusal = await tryToRevoke(ada, revoked)
  const { statuses, failed, p50, p99 } = await load
  await end()
  const [healed, healedMs] = await untilRevoked(ada, revoked)
  const after = await fetch(`${server.url}/forward-auth`, {
    headers: { authorization: `Bearer ${revoked.secret}` },
  })
  return {
    database,
    seconds: outageS,
    accepted: statuses[200] ?? 0,
    'refused or failed': Object.entries(statuses).reduce(
      (sum, [s, n]) => (s === '200' ? sum : sum + n),
      failed,
    ),
    'p50 ms': p50,
    'p99 ms': p99,
    'revoke said': refusal.said,
    'after ms': refusal.ms,
    'then, with the database': healed,
    'then after ms': healedMs,
    'and the token is': after.status === 401 ? 'refused' : `answered ${after.status}`,
  }
}

async function tryToRevoke(ada: Person, { id }: IssuedToken): Promise<{ said: string; ms: number }> {
  const askedAt = performance.now()
  const said = await Promise.race([
    ada.ask('DELETE', `/api/tokens/${id}`).then(
      async (response) => {
        const { code, effective } = (await response.json()) as { code?: string; effective?: string }
        return `${response.status} ${code ?? effective ?? ''}`
      },
      (error: unknown) => String(error),
    ),
    sleep(patienceMs).then(() => 'nothing'),
  ])
  return { said, ms: rounded(performance.now() - askedAt) }
}

async function untilRevoked(ada: Person, token: IssuedToken): Promise<[said: string, ms: number]> {
  const startedAt = performance.now()
  for (;;) {
    const { said } = await tryToRevoke(ada, token)
    const ms = performance.now() - startedAt
    if (said.startsWith('200') || ms > patienceMs) return [said, rounded(ms)]
    await sleep(100)
  }
}

/** PostgreSQL and all its processes. */
async function hold({ directory }: Ground, signal: 'STOP' | 'CONT'): Promise<void> {
  const [postmaster = ''] = (await readFile(join(directory, 'postgres/data/postmaster.pid'), 'utf8')).split(
    '\n',
  )
  const { stdout } = await promisify(execFile)('ps', ['-o', 'pid=', '--ppid', postmaster])
  for (const pid of [postmaster, ...stdout.split('\n')])
    if (pid.trim() !== '') process.kill(Number(pid), `SIG${signal}`)
}
