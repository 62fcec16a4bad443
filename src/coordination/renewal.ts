import type { Log } from '../lib/log.ts'
import type { Sleep } from '../lib/sleep.ts'

/** Something held under a lease of the database. `extendedAt` is on the monotonic clock of this process. */
export interface Held {
  extendedAt: number
  /** Aborts when the lease is lost, or when whoever relies on it shall end. */
  lost: AbortController
}

export interface Renewal<T extends Held> {
  held(): T[]
  /** One statement for all; what is neither renewed nor gone is asked for again. */
  renew(due: T[]): Promise<{ renewed: T[]; gone: T[] }>
  lose(item: T): void
  leaseMs: number
  sleep: Sleep
  log: Log
}

/**
 * Renews everything that was not extended for a third of its lease. What could not be renewed for two thirds,
 * because the database is away or does not answer, is given up here before it can be taken elsewhere.
 */
export async function keepRenewing<T extends Held>(renewal: Renewal<T>, until: AbortSignal): Promise<void> {
  const { leaseMs, sleep } = renewal
  let running: Promise<void> | undefined
  while (!until.aborted) {
    await sleep(leaseMs / 6, until).catch(() => undefined)
    const now = performance.now()
    const held = renewal.held().filter((item) => !item.lost.signal.aborted)
    for (const item of held) if (now - item.extendedAt > (leaseMs * 2) / 3) renewal.lose(item)
    const due = held.filter((item) => !item.lost.signal.aborted && now - item.extendedAt > leaseMs / 3)
    if (due.length === 0) continue
    running ??= renewOnce(renewal, due, now).finally(() => {
      running = undefined
    })
  }
  await running
}

async function renewOnce<T extends Held>(renewal: Renewal<T>, due: T[], askedAt: number): Promise<void> {
  try {
    const { renewed, gone } = await renewal.renew(due)
    for (const item of renewed) item.extendedAt = askedAt
    for (const item of gone) renewal.lose(item)
  } catch (error) {
    renewal.log.warn({ err: error }, 'could not renew leases')
  }
}
