import type { RateLimit } from '../token.ts'
import type { Counted } from './counted.ts'

/**
 * A leaking bucket in this process: what was used drains evenly, a whole limit in a window. It keeps what was used and
 * not what is left, so that another limit counts at once.
 */
export interface Bucket {
  used: number
  at: number
  /** From then on it is empty, and need not be kept. */
  emptyAt: number
}

export function emptyBucket(now: number): Bucket {
  return { used: 0, at: now, emptyAt: now }
}

/** A limit that each replica counts by itself. */
export function countHere(bucket: Bucket, { name, limit, windowS }: RateLimit, cost: number): Counted {
  const msPerUse = (windowS * 1_000) / limit
  const drain = (now: number) => {
    const drained = Math.max(now - bucket.at, 0) / msPerUse
    // A clock that was set back must not stop the draining until it has caught up.
    bucket.at = now
    bucket.used = Math.min(Math.max(bucket.used - drained, 0), limit)
    bucket.emptyAt = now + bucket.used * msPerUse
  }
  return {
    kind: 'rate',
    name,
    amount: limit,
    look(now) {
      drain(now)
      return bucket.used + cost <= limit ? 'room' : 'reached'
    },
    ask: async () => undefined,
    count(now) {
      drain(now)
      bucket.used += cost
      bucket.emptyAt = now + bucket.used * msPerUse
    },
    left: () => Math.floor(limit - bucket.used),
    resetMs: () => bucket.used * msPerUse,
    waitMs: () => Math.min(bucket.used + cost - limit, bucket.used) * msPerUse,
  }
}
