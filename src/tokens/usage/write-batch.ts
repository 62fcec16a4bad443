import { sql } from 'kysely'
import type { Db } from '../../storage/database.ts'
import type { Batch } from './notes.ts'

/** One process that writes counts, and which of its batches this is. */
export interface BatchNumber {
  writer: string
  number: number
}

/**
 * Writes a batch by one statement, once: one that was written before, and whose answer was lost, changes nothing.
 * Tokens that are gone are passed over. Several replicas never set a time back.
 */
export async function writeBatch(db: Db, { writer, number }: BatchNumber, batch: Batch): Promise<void> {
  const { minutes, lastUses } = batch
  // Rows are locked in the same order by all replicas.
  await sql`
    with mine as (
      insert into api_token_use_writers as w (writer, batch) values (${writer}, ${number})
      on conflict (writer) do update set batch = excluded.batch, seen_at = now() where w.batch < excluded.batch
      returning 1
    ), noted as (
      select c.token_id, c.minute, sum(c.uses) as uses, sum(c.refusals) as refusals
      from unnest(${minutes.map((row) => row.tokenId)}::text[],
        ${minutes.map((row) => new Date(row.minute))}::timestamptz[],
        ${minutes.map((row) => row.uses)}::bigint[], ${minutes.map((row) => row.refusals)}::bigint[])
        as c (token_id, minute, uses, refusals)
      where exists (select from mine) and exists (select from api_tokens t where t.id = c.token_id)
      group by c.token_id, c.minute
    ), totals as (
      insert into api_token_uses as u (token_id, uses, refusals)
      select token_id, sum(uses), sum(refusals) from noted group by token_id order by token_id
      on conflict (token_id) do update
      set uses = u.uses + excluded.uses, refusals = u.refusals + excluded.refusals
    ), charts as (
      insert into api_token_minutes as m (token_id, minute, uses, refusals)
      select token_id, minute, uses, refusals from noted order by token_id, minute
      on conflict (token_id, minute) do update
      set uses = m.uses + excluded.uses, refusals = m.refusals + excluded.refusals
    ), found as (
      select s.hash, c.at
      from unnest(${lastUses.map((row) => row.hash)}::text[],
        ${lastUses.map((row) => new Date(row.at))}::timestamptz[]) as c (hash, at)
      join api_token_secrets s on s.hash = c.hash
      where exists (select from mine) order by s.hash for no key update of s
    )
    update api_token_secrets s set last_used_at = greatest(s.last_used_at, found.at)
    from found where s.hash = found.hash`.execute(db)
}

const keptMs = 30 * 86_400_000
const writerKeptMs = 86_400_000

/** Minutes that charts no longer show, and processes that are gone. */
export async function trimUsage(db: Db, now: number): Promise<void> {
  await db
    .deleteFrom('api_token_minutes')
    .where('minute', '<', new Date(now - keptMs))
    .execute()
  await sql`delete from api_token_use_writers where seen_at < now() - ${writerKeptMs} * interval '1 ms'`.execute(
    db,
  )
}
