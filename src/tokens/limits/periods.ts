import type { Credits } from '../token.ts'

/** In epoch milliseconds; no end: for ever. */
export interface Period {
  start: number
  end: number | null
}

/** Windows begin at multiples of their length since 1970, so that all replicas mean the same one. */
export function windowAt(windowS: number, now: number): Period {
  const length = windowS * 1_000
  const start = Math.floor(now / length) * length
  return { start, end: start + length }
}

/** For which days credits are given, by the calendar in UTC. */
export function refillAt(refill: Credits['refill'], now: number): Period {
  if (refill === 'never') return { start: 0, end: null }
  const day = new Date(now)
  const [year, month] = [day.getUTCFullYear(), day.getUTCMonth()]
  if (refill === 'monthly') return { start: Date.UTC(year, month), end: Date.UTC(year, month + 1) }
  return windowAt(86_400, now)
}
