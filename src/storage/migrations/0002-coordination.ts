import { sql, type Kysely } from 'kysely'
import { createLaneFunctions } from './0002-lane-functions.ts'

/** What several processes must agree on: lanes and their messages, leases, event streams. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create sequence fences`.execute(db)
  await sql`
    create table lanes (
      queue text not null,
      lane text not null,
      pending integer not null,
      run_at timestamptz not null default now(),
      owner text,
      fence bigint not null default 0,
      primary key (queue, lane)
    )`.execute(db)
  await sql`create index lanes_due on lanes (queue, run_at) where pending > 0`.execute(db)
  await sql`
    create table lane_messages (
      id bigint generated always as identity primary key,
      queue text not null,
      lane text not null,
      dedupe_key text,
      payload json not null,
      attempts integer not null default 0,
      deaths integer not null default 0,
      state text not null default 'pending' check (state in ('pending', 'done', 'dead')),
      outcome text,
      error text,
      created_at timestamptz not null default now(),
      finished_at timestamptz,
      unique (queue, dedupe_key)
    )`.execute(db)
  await sql`create index lane_messages_pending on lane_messages (queue, lane, id) where state = 'pending'`.execute(
    db,
  )
  await sql`create index lane_messages_dead on lane_messages (queue, id) where state = 'dead'`.execute(db)
  await sql`create index lane_messages_finished on lane_messages (finished_at) where state <> 'pending'`.execute(
    db,
  )
  await createLaneFunctions(db)
  await sql`
    create table leases (
      name text primary key,
      owner text not null,
      fence bigint not null,
      expires_at timestamptz not null
    )`.execute(db)
  await sql`
    create table streams (
      stream text primary key,
      fence bigint not null,
      opened_at timestamptz not null default now()
    )`.execute(db)
  await sql`
    create table stream_events (
      stream text not null,
      seq integer not null,
      data text not null,
      created_at timestamptz not null default now(),
      primary key (stream, seq)
    )`.execute(db)
  await sql`create index stream_events_age on stream_events using brin (created_at)`.execute(db)
}
