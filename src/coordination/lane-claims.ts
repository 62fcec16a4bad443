import { sql } from 'kysely'
import type { Db } from '../storage/database.ts'
import type { LaneMessage } from './lanes.ts'
import { notify } from './signals-postgres.ts'

/** The right to work a lane, as the database knows it. */
export interface Claim {
  queue: string
  lane: string
  fence: number
}

export interface ClaimedLane extends Claim {
  /** The first message of the lane. */
  message: LaneMessage
}

/** What the functions claim_lanes and step_lane answer with (storage/migrations/0002-lane-functions.ts). */
export interface LaneTurnRow extends MessageRow {
  fence: number
  kept: boolean
}

export interface MessageRow {
  id: number
  queue: string
  lane: string
  payload: unknown
  attempts: number
  deaths: number
  created_at: Date
}

/**
 * Takes due lanes, the longest due first, up to `room` in each queue, with their first messages. Lanes that
 * others are taking or filling at this moment are skipped. The commit does not wait for the disk: a claim that is lost
 * with the database's machine is made again, with a higher fence.
 */
export async function claimLanes(
  db: Db,
  wanted: ReadonlyMap<string, number>,
  owner: string,
  leaseMs: number,
): Promise<ClaimedLane[]> {
  const { rows } = await sql<LaneTurnRow>`
    select *, set_config('synchronous_commit', 'off', true) from claim_lanes(
      ${[...wanted.keys()]}::text[], ${[...wanted.values()]}::int[], ${owner}, ${leaseMs} * interval '1 ms'
    )`.execute(db)
  return rows.map((row) => ({ ...claimOf(row), message: toMessage(row) }))
}

/** A message's place in its lane. */
export interface Place {
  queue: string
  lane: string
  id: number
}

/** The messages that wait behind each of the given ones, in order. */
export async function messagesAfter(db: Db, places: readonly Place[]): Promise<LaneMessage[][]> {
  const { rows } = await sql<MessageRow & { n: number }>`
    select p.n, m.* from unnest(
      ${places.map(({ queue }) => queue)}::text[],
      ${places.map(({ lane }) => lane)}::text[],
      ${places.map(({ id }) => id)}::bigint[]
    ) with ordinality as p (queue, lane, id, n)
    cross join lateral (
      select id, queue, lane, payload, attempts, deaths, created_at from lane_messages
      where queue = p.queue and lane = p.lane and state = 'pending' and id > p.id
    ) m
    order by m.id`.execute(db)
  const behind = Map.groupBy(rows, ({ n }) => n)
  return places.map((_, index) => (behind.get(index + 1) ?? []).map(toMessage))
}

/** Extends leases in one statement, by their fences: which were renewed, which are gone. Rows locked just now are neither. */
export async function renewClaims(
  db: Db,
  claims: readonly Claim[],
  leaseMs: number,
): Promise<{ renewed: Set<number>; gone: Set<number> }> {
  const { rows } = await sql<{ fence: number; renewed: boolean }>`
    with claim as (${claimRows(claims)}), held as materialized (
      select l.* from claim cross join lateral (
        select queue, lane from lanes
        where queue = claim.queue and lane = claim.lane and fence = claim.fence and owner is not null
        for update skip locked
      ) l
    ), renewed as (
      update lanes l set run_at = ${inMs(leaseMs)} from held
      where l.queue = held.queue and l.lane = held.lane
      returning l.fence
    )
    select fence, true as renewed from renewed
    union all
    select claim.fence, false from claim left join lanes l using (queue, lane)
    where l.fence is distinct from claim.fence or l.owner is null`.execute(db)
  return {
    renewed: new Set(rows.filter((row) => row.renewed).map((row) => row.fence)),
    gone: new Set(rows.filter((row) => !row.renewed).map((row) => row.fence)),
  }
}

/** Frees lanes for other workers at once, and tells them that these lanes' and the further queues are worth a look. */
export async function handBack(
  db: Db,
  claims: readonly Claim[],
  queues: readonly string[] = [],
): Promise<void> {
  if (claims.length === 0 && queues.length === 0) return
  await sql`
    with claim as (${claimRows(claims)}), held as materialized (
      select l.* from (select * from claim order by queue, lane) claim cross join lateral (
        select queue, lane from lanes
        where queue = claim.queue and lane = claim.lane and fence = claim.fence and owner is not null
        for update
      ) l
    ), freed as (
      update lanes l set owner = null, run_at = now() from held
      where l.queue = held.queue and l.lane = held.lane
      returning l.queue
    )
    select ${notify('lanes', sql`queue`)} from (
      select queue from freed union select * from unnest(${queues}::text[])
    ) q`.execute(db)
}

function claimRows(claims: readonly Claim[]) {
  return sql`
    select * from unnest(
      ${claims.map((claim) => claim.queue)}::text[],
      ${claims.map((claim) => claim.lane)}::text[],
      ${claims.map((claim) => claim.fence)}::bigint[]
    ) as c (queue, lane, fence)`
}

export function inMs(ms: number) {
  return sql`now() + ${ms} * interval '1 ms'`
}

export function claimOf({ queue, lane, fence }: LaneTurnRow): Claim {
  return { queue, lane, fence }
}

export function toMessage({ attempts, deaths, created_at, ...row }: MessageRow): LaneMessage {
  const { id, queue, lane, payload } = row
  return { id, queue, lane, payload, attempt: attempts + deaths + 1, deaths, createdAt: created_at }
}
