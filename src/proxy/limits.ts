import type { Clock } from '../lib/clock.ts'
import { proxyErrors } from './errors.ts'
import type { ProxyCaller } from './proxy.ts'

export interface Pace {
  perSecond: number
  burst: number
}

export const usualPace: Pace = { perSecond: 20, burst: 60 }

/** What one replica counts, in memory. */
export interface Limits {
  /** One request more with a credential, or by whom `key` names. Throws `credential_rate_limited`. */
  pace(key: string): void
  /** Throws `budget_spent`. */
  refuseWhenSpent(caller: ProxyCaller): void
  /** One request more of the turn. Throws `budget_spent`. */
  spend(caller: ProxyCaller): void
}

/** A grant counts for an hour, so its count is not asked for later. */
const budgetMs = 3_600_000
const maxEntries = 10_000

export function createLimits(clock: Clock, { perSecond, burst }: Pace = usualPace): Limits {
  const buckets = new Map<string, { tokens: number; at: number }>()
  const spent = new Map<string, { calls: number; since: number }>()
  const isSpent = ({ budget }: ProxyCaller) =>
    budget !== null && (spent.get(budget.key)?.calls ?? 0) >= budget.calls
  return {
    pace(key) {
      const now = clock.now()
      const { tokens, at } = buckets.get(key) ?? { tokens: burst, at: now }
      const left = Math.min(burst, tokens + (Math.max(0, now - at) * perSecond) / 1000)
      if (left < 1)
        throw proxyErrors.credential_rate_limited({ retryAfter: Math.ceil((1 - left) / perSecond) })
      forget(buckets, (bucket) => bucket.at < now - (burst / perSecond) * 1000)
      buckets.delete(key)
      buckets.set(key, { tokens: left - 1, at: now })
    },
    refuseWhenSpent(caller) {
      if (isSpent(caller)) throw proxyErrors.budget_spent()
    },
    spend(caller) {
      if (isSpent(caller)) throw proxyErrors.budget_spent()
      if (caller.budget === null) return
      const now = clock.now()
      forget(spent, ({ since }) => since < now - budgetMs)
      const { calls, since } = spent.get(caller.budget.key) ?? { calls: 0, since: now }
      spent.set(caller.budget.key, { calls: calls + 1, since })
    },
  }
}

/** Of a full table those that count no more, which stand first. */
function forget<T>(entries: Map<string, T>, isOver: (entry: T) => boolean): void {
  if (entries.size < maxEntries) return
  for (const [key, entry] of entries) {
    if (!isOver(entry)) return
    entries.delete(key)
  }
}
