import { sql } from 'kysely'
import type { Tx } from '../storage/database.ts'
import type { Enqueued, LaneItem } from './lanes.ts'

interface AddedRow {
  id: number
  queue: string
  lane: string
  dedupe_key: string | null
  /** Messages pending in the lane after this statement, refused duplicates still counted. */
  pending: number
  /** Nobody holds the lane; the holder of a lane finds its next message by itself. */
  free: boolean
}

/**
 * One statement: locks the lane rows in key order (concurrent calls cannot deadlock, and ids inside a lane follow
 * the order of commits) and adds the messages. `awaited` are the queues in which a worker should look when the
 * transaction has committed.
 */
export async function enqueue(
  tx: Tx,
  items: readonly LaneItem[],
): Promise<{ enqueued: Enqueued[]; awaited: Set<string> }> {
  const { rows } = await sql<AddedRow>`
    with item as (
      select * from unnest(
        ${items.map((item) => item.queue)}::text[],
        ${items.map((item) => item.lane)}::text[],
        ${items.map((item) => item.dedupeKey ?? null)}::text[],
        ${items.map((item) => JSON.stringify(item.payload ?? null))}::text[]
      ) with ordinality as i (queue, lane, dedupe_key, payload, n)
    ), locked as (
      insert into lanes as l (queue, lane, pending)
      select queue, lane, count(*) from item group by queue, lane order by queue, lane
      on conflict (queue, lane) do update set
        pending = l.pending + excluded.pending,
        run_at = case when l.pending = 0 and l.owner is null then now() else l.run_at end
      returning queue, lane, pending, owner is null as free
    ), added as (
      insert into lane_messages (queue, lane, dedupe_key, payload)
      select queue, lane, i.dedupe_key, i.payload::json
      from item i join locked using (queue, lane) order by i.n
      on conflict (queue, dedupe_key) do nothing
      returning id, queue, lane, dedupe_key
    )
    select added.*, pending, free from added join locked using (queue, lane) order by id`.execute(tx)
  const enqueued = match(items, rows)
  if (rows.length < items.length) await uncount(tx, items, enqueued)
  return { enqueued, awaited: new Set(rows.filter((row) => row.free).map((row) => row.queue)) }
}

/** See `Lanes.hurry`; true if something waited. */
export async function hurry(tx: Tx, queue: string, lanes: readonly string[]): Promise<boolean> {
  const { numAffectedRows = 0n } = await sql`
    update lanes set run_at = now()
    where queue = ${queue} and lane = any(${lanes}::text[])
      and owner is null and pending > 0 and run_at > now()`.execute(tx)
  return numAffectedRows > 0n
}

/** Finds out which item became which row: keyed items by their key, the others by their order. */
function match(items: readonly LaneItem[], rows: readonly AddedRow[]): Enqueued[] {
  const keyed = new Map<string, AddedRow>()
  const unkeyed: AddedRow[] = []
  for (const row of rows)
    if (row.dedupe_key === null) unkeyed.push(row)
    else keyed.set(nameOf(row.queue, row.dedupe_key), row)
  const sizes = new Map<string, number>()
  for (const { queue, lane } of items) {
    const name = nameOf(queue, lane)
    sizes.set(name, (sizes.get(name) ?? 0) + 1)
  }
  const added = new Map<string, number>()
  let nextUnkeyed = 0
  return items.map(({ queue, lane, dedupeKey }) => {
    const name = nameOf(queue, dedupeKey ?? '')
    const row = dedupeKey === undefined ? unkeyed[nextUnkeyed++] : keyed.get(name)
    if (row === undefined) return { accepted: false, id: null, ahead: 0 }
    keyed.delete(name)
    const inLane = nameOf(queue, lane)
    const before = added.get(inLane) ?? 0
    added.set(inLane, before + 1)
    return { accepted: true, id: row.id, ahead: row.pending - (sizes.get(inLane) ?? 0) + before }
  })
}

/** The lane rows counted every item; takes the refused duplicates off again. The rows are still locked. */
async function uncount(tx: Tx, items: readonly LaneItem[], enqueued: readonly Enqueued[]): Promise<void> {
  const refused = items.filter((_, index) => enqueued[index]?.accepted === false)
  await sql`
    update lanes l set pending = l.pending - refused.count
    from (
      select queue, lane, count(*) as count from unnest(
        ${refused.map((item) => item.queue)}::text[], ${refused.map((item) => item.lane)}::text[]
      ) as r (queue, lane) group by queue, lane
    ) refused
    where l.queue = refused.queue and l.lane = refused.lane`.execute(tx)
}

function nameOf(queue: string, key: string): string {
  return JSON.stringify([queue, key])
}
