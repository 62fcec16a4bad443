/**
 * C1 to C6: what API tokens must show, each beside its reference in the same run.
 *
 *   npm run bench -- tokens [PART...]       speed checks revokes first-uses garbage outage kill; all of them
 *
 * PostgreSQL is the embedded one. References need Redis (BENCH_REDIS_URL, redis://127.0.0.1:6379) and better-auth, which
 * `npm ci --prefix bench/tokens` installs; what is missing is left out with a word. How much is done: BENCH_ROUNDS (5),
 * BENCH_SECONDS (4), BENCH_REVOKES (1000), BENCH_CALLERS (10000), BENCH_GARBAGE (100000), BENCH_OUTAGE_SECONDS (10),
 * BENCH_KILLS (5). Tables of parts that are run one by one are kept together.
 */
import type { Row } from './run.ts'

const parts: Readonly<Record<string, () => Promise<() => Promise<Row[]>>>> = {
  speed: async () => (await import('./tokens/speed.ts')).compareSpeeds,
  checks: async () => (await import('./tokens/checks.ts')).measureChecks,
  revokes: async () => (await import('./tokens/revokes.ts')).revokeUnderTraffic,
  'first-uses': async () => (await import('./tokens/first-uses.ts')).countFirstUses,
  garbage: async () => (await import('./tokens/garbage.ts')).sendGarbage,
  outage: async () => (await import('./tokens/outage.ts')).goWithoutDatabase,
  kill: async () => (await import('./tokens/kill.ts')).killUnderTraffic,
}

export async function bench(): Promise<Record<string, Row[]>> {
  const asked = process.argv.slice(3)
  const unknown = asked.find((name) => !(name in parts))
  if (unknown !== undefined) throw new Error(`There is no part ${unknown}: ${Object.keys(parts).join(', ')}.`)
  const tables: Record<string, Row[]> = {}
  for (const [name, load] of Object.entries(parts))
    if (asked.length === 0 || asked.includes(name)) tables[name] = await (await load())()
  return tables
}
