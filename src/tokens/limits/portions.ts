import { sql } from 'kysely'
import type { Clock } from '../../lib/clock.ts'
import type { Sleep } from '../../lib/sleep.ts'
import type { Db } from '../../storage/database.ts'
import { tokenErrors } from '../errors.ts'
import { inTime } from '../in-time.ts'

/** What a replica wants of an allowance. */
export interface Wish {
  owner: string
  name: string
  /** Of the period, by this replica's clock. */
  start: number
  /** When the count may be forgotten; null: as it was told before, or never. */
  ends: number | null
  /** The whole of the allowance. */
  amount: number
  need: number
  /** Less than that is no use: nothing is taken then. */
  least: number
  /** Of a portion that was taken before. */
  back: { start: number; count: number }
}

export interface Portion {
  /** Of the period that it is of: a later one where this replica's clock is slow. */
  start: number
  granted: number
  /** What nobody had taken before it. */
  remaining: number
}

/** The wish is made up at the moment at which it is sent. Rejects with `token_limits_unavailable`. */
export type TakePortion = (wish: () => Wish) => Promise<Portion>

const perStatement = 500
const patienceMs = 2_000
const pauseMs = 1_000

/**
 * Portions for all allowances of this replica by one statement at a time; what is wished for meanwhile goes together
 * in the next. Nothing is sent twice: a portion whose answer was lost counts as used. For a second after a failure
 * nothing is sent.
 */
export function createPortions({ db, clock, sleep }: { db: Db; clock: Clock; sleep: Sleep }): TakePortion {
  interface Waiting {
    wish: () => Wish
    resolve: (portion: Portion) => void
    reject: (error: unknown) => void
  }
  let waiting: Waiting[] = []
  let isRunning = false
  let failedAt = Number.NEGATIVE_INFINITY

  async function send(batch: Waiting[]): Promise<void> {
    try {
      if (Math.abs(clock.now() - failedAt) < pauseMs)
        throw new Error('The database did not answer a moment ago.')
      const wishes = batch.map(({ wish, ...rest }) => ({ ...rest, ...wish() })).sort(byAllowance)
      const query = take(db, wishes).then((portions) => {
        wishes.forEach(({ resolve }, index) => resolve(portions[index] as Portion))
      })
      await inTime(sleep, patienceMs, query).catch((error: unknown) => {
        failedAt = clock.now()
        throw error
      })
    } catch (cause) {
      const error = tokenErrors.token_limits_unavailable({ cause, retryAfter: 1 })
      for (const { reject } of batch) reject(error)
    }
  }

  async function drain(): Promise<void> {
    isRunning = true
    while (waiting.length > 0) {
      const batch = waiting.slice(0, perStatement)
      waiting = waiting.slice(perStatement)
      await send(batch)
    }
    isRunning = false
  }

  return (wish) =>
    new Promise((resolve, reject) => {
      waiting.push({ wish, resolve, reject })
      // Those of the same tick go together.
      if (!isRunning) queueMicrotask(() => void (isRunning || drain()))
    })
}

/** In the same order on every replica: several rows are locked. */
function byAllowance(one: Wish, other: Wish): number {
  if (one.owner !== other.owner) return one.owner < other.owner ? -1 : 1
  return one.name < other.name ? -1 : Number(one.name > other.name)
}

async function take(db: Db, wishes: readonly Wish[]): Promise<Portion[]> {
  const column = <T>(of: (wish: Wish) => T) => wishes.map(of)
  const time = (ms: number | null) => (ms === null ? null : new Date(ms))
  const { rows } = await sql<Portion>`
    select epoch_ms(p.since) as start, p.granted, p.remaining
    from unnest(${column((w) => w.owner)}::text[], ${column((w) => w.name)}::text[],
      ${column((w) => time(w.start))}::timestamptz[], ${column((w) => time(w.ends))}::timestamptz[],
      ${column((w) => w.amount)}::bigint[], ${column((w) => w.need)}::bigint[], ${column((w) => w.least)}::bigint[],
      ${column((w) => w.back.count)}::bigint[], ${column((w) => time(w.back.start))}::timestamptz[])
      with ordinality as w (owner, name, starts, stops, amount, need, least, back, back_to, place),
      take_of_allowance(w.owner, w.name, w.starts, w.stops, w.amount, w.need, w.least, w.back, w.back_to) p
    order by w.place`.execute(db)
  return rows
}
