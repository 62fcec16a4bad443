import { sql } from 'kysely'
import type { Db, Tx } from '../storage/database.ts'
import { inMs, toMessage, type Claim, type LaneTurnRow } from './lane-claims.ts'
import { LaneLostError, type LaneMessage } from './lanes.ts'

/** How a message ended: well with an outcome, or dead with the last error. */
export interface Ending {
  id: number
  state: 'done' | 'dead'
  outcome: string | null
  error: string | null
}

/** One step of a lane: what ended, and whether the worker wants to go on with it. */
export interface Step {
  claim: Claim
  endings: readonly Ending[]
  keep: boolean
}

/** The next message of the lane, which is still ours; or null: the lane is free, drained or not kept. */
export interface StepResult {
  next: LaneMessage | null
}

/**
 * Ends messages of many lanes in one statement and brings each lane's next message. Ending a message that has
 * ended already changes nothing. Undefined stands for a lane whose claim is lost. The statement never waits for
 * a row while it holds others, so that it cannot be part of a deadlock: a lane that is locked at this moment (by
 * an enqueue) gets a statement of its own.
 */
export async function takeSteps(
  db: Db,
  steps: readonly Step[],
  leaseMs: number,
): Promise<(StepResult | undefined)[]> {
  const mayWait = steps.length === 1
  const { rows } = await sql<LaneTurnRow>`
    select turn.* from unnest(
      ${steps.map(({ claim }) => claim.queue)}::text[],
      ${steps.map(({ claim }) => claim.lane)}::text[],
      ${steps.map(({ claim }) => claim.fence)}::bigint[],
      ${steps.map(({ endings }) => JSON.stringify(endings.map(withoutNul)))}::text[],
      ${steps.map(({ keep }) => keep)}::boolean[]
    ) as s (queue, lane, fence, endings, keep)
    cross join lateral step_lane(
      s.queue, s.lane, s.fence, s.endings::json, s.keep, ${leaseMs} * interval '1 ms', ${mayWait}
    ) turn`.execute(db)
  const turns = new Map(rows.map((row) => [row.fence, row]))
  return Promise.all(
    steps.map(async (step) => {
      const turn = turns.get(step.claim.fence)
      if (turn !== undefined) return { next: turn.kept ? toMessage(turn) : null }
      return mayWait ? undefined : (await takeSteps(db, [step], leaseMs))[0]
    }),
  )
}

/** Counts a failed try and lets the whole lane wait. False if the claim is lost. */
export async function postpone(
  db: Db,
  claim: Claim,
  failed: { id: number; error: string; delayMs: number },
): Promise<boolean> {
  const { rows } = await sql`
    with held as (
      update lanes set owner = null, run_at = ${inMs(failed.delayMs)}
      where queue = ${claim.queue} and lane = ${claim.lane} and fence = ${claim.fence} and owner is not null
      returning 1
    ), counted as (
      update lane_messages set attempts = attempts + 1, error = ${failed.error.replaceAll('\0', '')}
      where id = ${failed.id} and state = 'pending' and exists (select from held)
    )
    select from held`.execute(db)
  return rows.length > 0
}

/** Ends messages inside the handler's own transaction; the row lock keeps the claim until that commits. */
export async function endWithin(tx: Tx, claim: Claim, endings: readonly Ending[]): Promise<void> {
  const { rows } = await sql`
    with held as materialized (
      select from lanes
      where queue = ${claim.queue} and lane = ${claim.lane} and fence = ${claim.fence} and owner is not null
      for update
    ), ended as (
      update lane_messages m set state = 'done', outcome = e.outcome, finished_at = now()
      from unnest(
        ${endings.map((ending) => ending.id)}::bigint[],
        ${endings.map((ending) => withoutNul(ending).outcome)}::text[]
      ) as e (id, outcome), held
      where m.id = e.id and m.state = 'pending' and m.queue = ${claim.queue} and m.lane = ${claim.lane}
      returning 1
    )
    update lanes set pending = pending - (select count(*) from ended)
    where queue = ${claim.queue} and lane = ${claim.lane} and exists (select from held)
    returning 1`.execute(tx)
  if (rows.length === 0) throw new LaneLostError(claim.queue, claim.lane)
}

/** PostgreSQL's text takes every character but U+0000. */
function withoutNul(ending: Ending): Ending {
  return {
    ...ending,
    outcome: ending.outcome?.replaceAll('\0', '') ?? null,
    error: ending.error?.replaceAll('\0', '') ?? null,
  }
}
