const minuteMs = 60_000
const hourMs = 60 * minuteMs

/** Between one try and the next, as Standard Webhooks recommends: some three days in all. */
const pausesMs = [
  5_000,
  5 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  5 * hourMs,
  10 * hourMs,
  14 * hourMs,
  20 * hourMs,
  24 * hourMs,
]
const longestPauseMs = 24 * hourMs

/** How often a message is tried at most. */
export const mostTries = pausesMs.length + 1

/** How long an endpoint may fail before it is sent nothing any more. */
export const patienceMs = 5 * 24 * hourMs

/**
 * Milliseconds until the next try after so many failures (1 for the first), up to a tenth more, so that messages that
 * failed together part; not before the endpoint wants it. Undefined when there is no further try.
 */
export function pauseAfter(
  failures: number,
  { retryAfterMs = 0, random }: { retryAfterMs?: number | undefined; random: () => number },
): number | undefined {
  const pauseMs = pausesMs[failures - 1]
  if (pauseMs === undefined) return undefined
  const wantedMs = Math.min(Math.max(pauseMs, retryAfterMs), longestPauseMs)
  return Math.round(wantedMs * (1 + random() / 10))
}

/** What Retry-After means: seconds, or a date (RFC 9110, 10.2.3). Undefined where it says neither. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1_000
  const date = Date.parse(header)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}
