import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import { regularly } from '../../lib/regularly.ts'
import type { Sleep } from '../../lib/sleep.ts'
import type { Db } from '../../storage/database.ts'
import { tokenErrors } from '../errors.ts'
import type { TokenFacts } from '../facts.ts'
import type { Credits, RateLimit } from '../token.ts'
import type { Ask } from '../verdict.ts'
import type { Counted } from './counted.ts'
import { countHere, emptyBucket, type Bucket } from './counted-here.ts'
import { countTogether, emptyShare, giveBack, type Share } from './counted-together.ts'
import type { Taken, TokenLimits } from './limits.ts'
import { refillAt, windowAt } from './periods.ts'
import { createPortions, type TakePortion } from './portions.ts'
import { trimAllowances } from './trim-allowances.ts'

export interface LimitDependencies {
  db: Db
  clock: Clock
  sleep: Sleep
  log: Log
}

interface Counters {
  buckets: Map<string, Bucket>
  shares: Map<string, Share>
  takePortion: TakePortion
  now: () => number
  /** Checks that wait for a portion. */
  waiting: number
}

const tidyEveryMs = 5_000
const idleMs = 10_000
const trimEveryMs = 3_600_000
/** Beyond it a check is refused at once. */
const maxWaiting = 10_000

/** Limits of tokens and users; what all replicas count together stands in the database and is taken in portions. */
export function createTokenLimits({ db, clock, sleep, log }: LimitDependencies): TokenLimits {
  const takePortion = createPortions({ db, clock, sleep })
  const counters: Counters = {
    buckets: new Map(),
    shares: new Map(),
    takePortion,
    now: () => clock.now(),
    waiting: 0,
  }
  const onFailure = {
    log,
    message: 'what is left of the limits of tokens will be given back or trimmed later',
  }
  const ends = [
    regularly(tidyEveryMs, () => forgetIdle(counters, clock.now()), onFailure),
    regularly(trimEveryMs, () => trimAllowances(db, clock.now()), onFailure),
  ]
  return {
    take: (token, ask, now) => attempt(counters, token, ask, now),
    async stop() {
      for (const end of ends) end()
      const shares = [...counters.shares.values()]
      const given = await Promise.allSettled(shares.map((share) => giveBack(counters, share)))
      const failed = given.find((one) => one.status === 'rejected')
      if (failed !== undefined)
        log.warn({ err: failed.reason }, 'some credits of tokens could not be given back')
    },
  }
}

/** All limits that a check counts, the rates first. */
function countedOf(counters: Counters, { id, user, ...token }: TokenFacts, ask: Ask, now: number): Counted[] {
  const counted: Counted[] = []
  const owners = [
    { owner: `token:${id}`, ...token },
    { owner: `user:${user.id}`, ...user },
  ]
  for (const { owner, limits } of owners)
    for (const limit of limits) {
      const cost = costOf(limit.name, ask)
      if (cost !== undefined) counted.push(rateOf(counters, owner, limit, cost, now))
    }
  for (const { owner, credits } of owners)
    if (credits !== null) counted.push(creditsOf(counters, owner, credits, ask.credits ?? 1, now))
  return counted
}

/** A limit that a check names and the token does not have is no limit of it. */
function costOf(name: string, { limits = [] }: Ask): number | undefined {
  const named = limits.filter((one) => one.name === name)
  if (named.length === 0) return name === 'requests' ? 1 : undefined
  return named.reduce((sum, { cost }) => sum + wholeCost(cost), 0)
}

function wholeCost(cost: number): number {
  if (!Number.isSafeInteger(cost) || cost < 0) throw new RangeError('A cost is a whole number, 0 or more.')
  return cost
}

function rateOf(counters: Counters, owner: string, limit: RateLimit, cost: number, now: number): Counted {
  const { name, windowS, exact } = limit
  const key = `${owner} rate:${name}`
  if (exact) {
    const share = find(counters.shares, key, () => emptyShare(owner, `rate:${name}`, now))
    const period = (at: number) => windowAt(windowS, at)
    return countTogether(counters, share, { kind: 'rate', name, amount: limit.limit, period }, cost)
  }
  return countHere(
    find(counters.buckets, key, () => emptyBucket(now)),
    limit,
    cost,
  )
}

function creditsOf(
  counters: Counters,
  owner: string,
  { amount, refill }: Credits,
  cost: number,
  now: number,
): Counted {
  const share = find(counters.shares, `${owner} credits`, () => emptyShare(owner, 'credits', now))
  const period = (at: number) => refillAt(refill, at)
  return countTogether(counters, share, { kind: 'credits', name: 'credits', amount, period }, wholeCost(cost))
}

function find<T>(all: Map<string, T>, key: string, make: () => T): T {
  const known = all.get(key)
  if (known !== undefined) return known
  const made = make()
  all.set(key, made)
  return made
}

/** All of them or none; between the look and the count nothing else runs. */
function attempt(counters: Counters, token: TokenFacts, ask: Ask, now: number): Taken | Promise<Taken> {
  const counted = countedOf(counters, token, ask, now)
  const unknown: Counted[] = []
  for (const one of counted) {
    const found = one.look(now)
    if (found === 'reached') return refusal(one, now)
    if (found === 'unknown') unknown.push(one)
  }
  if (unknown.length > 0)
    return askFirst(counters, unknown, () => attempt(counters, token, ask, counters.now()))
  for (const one of counted) one.count(now)
  return { code: 'VALID', ...stateOf(counted, now) }
}

async function askFirst(
  counters: Counters,
  unknown: readonly Counted[],
  again: () => Taken | Promise<Taken>,
): Promise<Taken> {
  if (counters.waiting >= maxWaiting) throw tokenErrors.token_limits_unavailable({ retryAfter: 1 })
  counters.waiting++
  try {
    await Promise.all(unknown.map((one) => one.ask()))
  } finally {
    counters.waiting--
  }
  return again()
}

function refusal(reached: Counted, now: number): Taken {
  const wait = reached.waitMs(now)
  const code = reached.kind === 'rate' ? 'RATE_LIMITED' : 'CREDITS_USED_UP'
  const retry = wait === undefined ? {} : { retryAfterS: Math.max(1, secondsOf(wait)) }
  return { code, ...retry, ...stateOf([reached], now) }
}

function stateOf(counted: readonly Counted[], now: number): Pick<Taken, 'rate' | 'creditsLeft'> {
  let tightest: Counted | undefined
  let creditsLeft: number | undefined
  for (const one of counted) {
    const left = one.left(now)
    if (one.kind === 'credits') creditsLeft = Math.min(creditsLeft ?? left, left)
    else if (tightest === undefined || left < tightest.left(now)) tightest = one
  }
  return {
    ...(tightest !== undefined && { rate: rateStateOf(tightest, now) }),
    ...(creditsLeft !== undefined && { creditsLeft }),
  }
}

function rateStateOf(one: Counted, now: number): NonNullable<Taken['rate']> {
  const { name, amount } = one
  const remaining = Math.max(one.left(now), 0)
  return { name, limit: amount, remaining, resetS: secondsOf(one.resetMs(now) ?? 0) }
}

function secondsOf(ms: number): number {
  return Math.ceil(ms / 1_000)
}

/** Buckets that are empty say nothing; a share that nobody asks for is given back. */
async function forgetIdle(counters: Counters, now: number): Promise<void> {
  for (const [key, bucket] of counters.buckets) if (bucket.emptyAt <= now) counters.buckets.delete(key)
  const idle: Share[] = []
  for (const [key, share] of counters.shares) {
    if (share.asking > 0 || Math.abs(now - share.countedAt) < idleMs) continue
    counters.shares.delete(key)
    idle.push(share)
  }
  await Promise.all(idle.map((share) => giveBack(counters, share)))
}
