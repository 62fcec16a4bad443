import { sql } from 'kysely'
import { notify } from '../../coordination/signals-postgres.ts'
import type { Db } from '../../storage/database.ts'

/** A replica that follows the log, as the table has it. */
export interface ReplicaState {
  replica: string
  applied: number
  /** How long it goes on after it was seen last, by its own setting. */
  blindMs: number
  seenAt: Date
  /** By the database's clock. */
  ageMs: number
}

/** What `token_replicas` signals carry: a replica has applied the log up to a revision. */
export interface Acknowledgement {
  replica: string
  rev: number
}

/** A sign of life, and the word that the log is applied up to a revision. Committed on the disk where the row is new. */
export async function beat(
  db: Db,
  { replica, rev }: Acknowledgement,
  blindMs: number,
  isNew: boolean,
): Promise<void> {
  const payload = JSON.stringify({ replica, rev } satisfies Acknowledgement)
  const commit = isNew ? 'on' : 'off'
  await sql`
    with hurry as materialized (select set_config('synchronous_commit', ${commit}, true)),
    beat as (
      insert into token_replicas (replica, applied, blind_ms) select ${replica}, ${rev}, ${blindMs} from hurry
      on conflict (replica) do update set applied = excluded.applied, blind_ms = excluded.blind_ms, seen_at = now()
      returning replica)
    select ${notify('token_replicas', sql`${payload}`)} from beat`.execute(db)
}

/** How many changes there were, and who follows them; one snapshot. */
export async function readReplicas(db: Db): Promise<{ rev: number; replicas: ReplicaState[] }> {
  const { rows } = await sql<{ rev: number } & (ReplicaState | Record<keyof ReplicaState, null>)>`
    select coalesce(r.rev, 0) as rev, p.replica, p.applied, p.blind_ms as "blindMs", p.seen_at as "seenAt",
      extract(epoch from now() - p.seen_at)::float8 * 1000 as "ageMs"
    from (select (select rev from token_revision) as rev) r left join token_replicas p on true`.execute(db)
  const replicas = rows.filter((row) => row.replica !== null)
  return { rev: rows[0]?.rev ?? 0, replicas }
}

export async function leave(db: Db, replica: string): Promise<void> {
  await db.deleteFrom('token_replicas').where('replica', '=', replica).execute()
}

/** Of killed processes, where this one is known to be the only one. */
export async function dismissAll(db: Db): Promise<void> {
  await db.deleteFrom('token_replicas').execute()
}

/** Undefined for what is not ours. */
export function acknowledgementOf(payload: string): Acknowledgement | undefined {
  try {
    const { replica, rev } = JSON.parse(payload) as Partial<Acknowledgement>
    return typeof replica === 'string' && typeof rev === 'number' ? { replica, rev } : undefined
  } catch {
    return undefined
  }
}
