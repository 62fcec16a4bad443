import type { Provider } from '../provider.ts'

const minuteMs = 60_000
const earlyMs = 5 * minuteMs
const earlyShare = 0.2
/** For the way of a request, and clocks that differ. */
const marginMs = 10_000
const longestBackoffMs = 5 * minuteMs
const longestWishMs = 60 * minuteMs
/** Shorter idle limits are not worth a timer: such tokens are refreshed by their use or not at all. */
const shortestIdleMs = 60 * minuteMs

/** When an access token was given and when it ends, in milliseconds since the epoch; null: it does not. */
export interface Life {
  since: number
  until: number | null
}

/**
 * `early`: it still counts, and is to be renewed in passing: 5 minutes before its end or in the last fifth of its life,
 * whichever is shorter. `over`: nothing may be sent with it.
 */
export function ageOf({ since, until }: Life, now: number): 'fresh' | 'early' | 'over' {
  if (until === null) return 'fresh'
  const lifeMs = Math.max(0, until - since)
  if (now >= until - Math.min(marginMs, lifeMs * 0.1)) return 'over'
  return now >= until - Math.min(earlyMs, lifeMs * earlyShare) ? 'early' : 'fresh'
}

/**
 * Milliseconds until the next try after so many failures (1 for the first): a second, doubled up to five minutes, the
 * half of it at random; later where the provider wants that. The first is soon, for providers that take a refresh token
 * twice within a short grace.
 */
export function backoffMs(
  failures: number,
  { random, retryAfterMs = 0 }: { random: () => number; retryAfterMs?: number | undefined },
): number {
  const fullMs = Math.min(longestBackoffMs, 1_000 * 2 ** Math.min(failures - 1, 20))
  return Math.max(Math.round(fullMs * (0.5 + random() / 2)), Math.min(retryAfterMs, longestWishMs))
}

/**
 * When a refresh token that nobody uses must be refreshed to stay alive: after 70 to 90 % of its idle limit, so that
 * those of one day part. Null where there is no known limit.
 */
export function idleRefreshAt(
  { refresh }: Pick<Provider, 'refresh'>,
  {
    now,
    refreshExpiresAt,
    random,
  }: { now: number; refreshExpiresAt: number | undefined; random: () => number },
): Date | null {
  const named = refresh?.refresh_ttl_s ?? undefined
  const limits = [named === undefined ? undefined : named * 1_000, refreshExpiresAt && refreshExpiresAt - now]
  const idleMs = Math.min(...limits.filter((limit) => limit !== undefined))
  if (!Number.isFinite(idleMs) || idleMs < shortestIdleMs) return null
  return new Date(now + Math.round(idleMs * (0.7 + random() * 0.2)))
}
