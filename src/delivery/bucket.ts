import type { Pace } from '../channels/channel.ts'

/** A token bucket that can be frozen. Times are milliseconds since the epoch. */
export interface Bucket {
  /** How long until there is a token beside `spare` others; 0 if there is one now. */
  waitMs(now: number, spare?: number): number
  take(now: number): void
  /** No token before `until`. */
  freeze(until: number): void
  isFrozen(now: number): boolean
  /** Nothing would be lost by starting a new one. */
  isFresh(now: number): boolean
}

export function createBucket({ burst, perSecond }: Pace, startedAt: number): Bucket {
  let tokens = burst
  let countedAt = startedAt
  let frozenUntil = 0
  const refill = (now: number) => {
    tokens = Math.min(burst, tokens + (Math.max(0, now - countedAt) * perSecond) / 1000)
    countedAt = now
  }
  return {
    waitMs(now, spare = 0) {
      refill(now)
      const missing = Math.min(1 + spare, burst) - tokens
      const refillMs = missing <= 1e-9 ? 0 : Math.ceil((missing / perSecond) * 1000)
      return Math.max(refillMs, frozenUntil - now, 0)
    },
    take(now) {
      refill(now)
      tokens -= 1
    },
    freeze(until) {
      frozenUntil = Math.max(frozenUntil, until)
    },
    isFrozen: (now) => frozenUntil > now,
    isFresh(now) {
      refill(now)
      return tokens >= burst && frozenUntil <= now
    },
  }
}
