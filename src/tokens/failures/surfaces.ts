import { Counter, type Registry } from 'prom-client'
import type { Ask, Verdict, VerdictCode } from '../verdict.ts'
import type { TokenFailures } from './failures.ts'

/** Where tokens are checked; `portico` are its own routes, with the callers of the other three. */
export const surfaces = ['portico', 'verify', 'forward-auth', 'introspect'] as const
export type Surface = (typeof surfaces)[number]

/** Since the start. `UNAVAILABLE`: the check could not answer. */
export type CheckCounts = Readonly<Record<Surface, Partial<Record<VerdictCode | 'UNAVAILABLE', number>>>>

export interface WatchedChecks {
  /** A check of what came from `address`: counted, and recorded where it is refused. Throws as the check does. */
  checkAt(surface: Surface, secret: string, ask: Ask, address?: string): Verdict | Promise<Verdict>
  counts: CheckCounts
}

export function watchChecks(
  check: (secret: string, ask: Ask) => Verdict | Promise<Verdict>,
  failures: Pick<TokenFailures, 'refused'>,
): WatchedChecks {
  const counts = { portico: {}, verify: {}, 'forward-auth': {}, introspect: {} } as Record<
    Surface,
    Partial<Record<VerdictCode | 'UNAVAILABLE', number>>
  >
  const note = (surface: Surface, verdict: Verdict, address: string | undefined) => {
    const { code } = verdict
    counts[surface][code] = (counts[surface][code] ?? 0) + 1
    if (code !== 'VALID') failures.refused(surface, verdict, address)
    return verdict
  }
  const giveUp = (surface: Surface, error: unknown): never => {
    counts[surface].UNAVAILABLE = (counts[surface].UNAVAILABLE ?? 0) + 1
    throw error
  }
  return {
    counts,
    checkAt(surface, secret, ask, address) {
      try {
        const verdict = check(secret, ask)
        if (!(verdict instanceof Promise)) return note(surface, verdict, address)
        return verdict.then(
          (late) => note(surface, late, address),
          (error: unknown) => giveUp(surface, error),
        )
      } catch (error) {
        return giveUp(surface, error)
      }
    },
  }
}

/** The same for Prometheus, read when it is asked for. */
export function measureChecks(registry: Registry, counts: CheckCounts): void {
  const total = new Counter({
    name: 'portico_token_checks_total',
    help: 'API tokens that were checked, by where and by the answer',
    labelNames: ['surface', 'code'],
    registers: [registry],
    collect() {
      total.reset()
      for (const surface of surfaces)
        for (const [code, count] of Object.entries(counts[surface])) total.inc({ surface, code }, count)
    },
  })
}
