import type { Clock } from '../lib/clock.ts'
import { createBudgets, type Budgets } from './budgets.ts'
import { proxyErrors } from './errors.ts'

export interface Pace {
  perSecond: number
  burst: number
}

export const usualPace: Pace = { perSecond: 20, burst: 60 }

/** What one replica counts, in memory. */
export interface Limits extends Budgets {
  /** One request more with a credential, or by whom `key` names. Throws `credential_rate_limited`. */
  pace(key: string): void
}

const maxEntries = 10_000

export function createLimits(clock: Clock, { perSecond, burst }: Pace = usualPace): Limits {
  const buckets = new Map<string, { tokens: number; at: number }>()
  return {
    ...createBudgets(clock),
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
