import { sql } from 'kysely'
import type { Db, Tx } from '../storage/database.ts'
import type { DeadMessage, QueueFigures } from './lanes.ts'
import { notify } from './signals-postgres.ts'

const cleanedAtOnce = 5_000

/** Dead messages, newest first. */
export async function deadMessages(db: Db, queue: string | undefined, limit: number): Promise<DeadMessage[]> {
  const rows = await db
    .selectFrom('lane_messages')
    .selectAll()
    .$if(queue !== undefined, (query) => query.where('queue', '=', queue ?? ''))
    .where('state', '=', 'dead')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    queue: row.queue,
    lane: row.lane,
    payload: row.payload,
    attempt: row.attempts + row.deaths + 1,
    deaths: row.deaths,
    createdAt: row.created_at,
    error: row.error,
    finishedAt: row.finished_at ?? row.created_at,
  }))
}

/** The lane row is locked first, as in enqueue, so that the new id stands at the end of the lane. */
export async function replay(db: Db, id: number): Promise<boolean> {
  const { rows } = await sql`
    with dead as materialized (
      select id, queue, lane from lane_messages where id = ${id} and state = 'dead' for update
    ), locked as (
      insert into lanes as l (queue, lane, pending) select queue, lane, 1 from dead
      on conflict (queue, lane) do update set
        pending = l.pending + 1,
        run_at = case when l.pending = 0 and l.owner is null then now() else l.run_at end
      returning queue, lane
    ), revived as (
      update lane_messages m
      set id = default, state = 'pending', attempts = 0, deaths = 0, error = null, finished_at = null
      from dead join locked using (queue, lane) where m.id = dead.id
      returning m.queue
    )
    select ${notify('lanes', sql`queue`)} from revived`.execute(db)
  return rows.length > 0
}

/** See `Lanes.discard`. The lane rows are locked first and in key order, as in enqueue. */
export async function discard(tx: Tx, queue: string): Promise<unknown[]> {
  await sql`select from lanes where queue = ${queue} order by queue, lane for update`.execute(tx)
  const { rows } = await sql<{ id: number; payload: unknown }>`
    update lane_messages set state = 'done', outcome = 'discarded', finished_at = now()
    where queue = ${queue} and state = 'pending' returning id, payload`.execute(tx)
  await sql`update lanes set pending = 0 where queue = ${queue}`.execute(tx)
  return rows.toSorted((one, other) => one.id - other.id).map(({ payload }) => payload)
}

/** Deletes in portions, so that no transaction is long; answers with the number of messages deleted. */
export async function clean(db: Db, olderThanMs: number): Promise<number> {
  const before = sql`now() - ${olderThanMs} * interval '1 millisecond'`
  let deleted = 0
  for (;;) {
    const { numAffectedRows } = await sql`
      delete from lane_messages where id in (
        select id from lane_messages where state <> 'pending' and finished_at < ${before} limit ${cleanedAtOnce}
      )`.execute(db)
    deleted += Number(numAffectedRows ?? 0)
    if (Number(numAffectedRows ?? 0) < cleanedAtOnce) break
  }
  await sql`
    delete from lanes l using (
      select queue, lane from lanes where pending = 0 and owner is null and run_at < ${before}
      for update skip locked
    ) idle where l.queue = idle.queue and l.lane = idle.lane`.execute(db)
  return deleted
}

export async function figures(db: Db): Promise<QueueFigures[]> {
  const { rows } = await sql<QueueFigures>`
    select queue, sum(waiting)::bigint as waiting, sum(dead)::bigint as dead, sum(seconds)::float8 as "oldestSeconds"
    from (
      select queue, count(*) as waiting, 0 as dead,
        greatest(0, extract(epoch from now() - min(created_at))) as seconds
      from lane_messages where state = 'pending' group by queue
      union all
      select queue, 0, count(*), 0 from lane_messages where state = 'dead' group by queue
    ) counts
    group by queue order by queue`.execute(db)
  return rows
}
