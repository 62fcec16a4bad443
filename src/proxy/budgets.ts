import type { Clock } from '../lib/clock.ts'
import { proxyErrors } from './errors.ts'
import type { ProxyCaller } from './proxy.ts'

/** How much callers have sent of what they may send; in memory, so each replica counts its own. */
export interface Budgets {
  /** Throws `budget_spent`. */
  refuseWhenSpent(caller: ProxyCaller): void
  /** One request more, of all of the caller's budgets or of none. Throws `budget_spent`. */
  spend(caller: ProxyCaller): void
}

interface Spent {
  calls: number
  until: number | null
}

/** Whoever derives tokens makes budgets, so a user has room for so many; beyond it new ones count as spent. */
const maxPerUser = 10_000
const sweepMs = 60_000

export function createBudgets(clock: Clock, max = maxPerUser): Budgets {
  const users = new Map<string, Map<string, Spent>>()
  let sweptAt = clock.now()
  const refuseWhenSpent = ({ userId, budgets }: ProxyCaller) => {
    const spent = users.get(userId)
    if (budgets.some(({ key, calls }) => (spent?.get(key)?.calls ?? 0) >= calls))
      throw proxyErrors.budget_spent()
  }
  return {
    refuseWhenSpent,
    spend(caller) {
      refuseWhenSpent(caller)
      const { userId, budgets } = caller
      if (budgets.length === 0) return
      const now = clock.now()
      if (now - sweptAt >= sweepMs) {
        sweep(users, now)
        sweptAt = now
      }
      const spent = users.get(userId) ?? new Map<string, Spent>()
      const added = budgets.filter(({ key }) => !spent.has(key)).length
      if (added > 0 && spent.size + added > max) throw proxyErrors.budget_spent()
      users.set(userId, spent)
      for (const { key, until } of budgets) spent.set(key, { calls: (spent.get(key)?.calls ?? 0) + 1, until })
    },
  }
}

/** What is over is refused by its time, so that its count is not asked for later. */
function sweep(users: Map<string, Map<string, Spent>>, now: number): void {
  for (const [userId, spent] of users) {
    for (const [key, { until }] of spent) if (until !== null && until <= now) spent.delete(key)
    if (spent.size === 0) users.delete(userId)
  }
}
