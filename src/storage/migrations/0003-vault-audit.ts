import { sql, type Kysely } from 'kysely'

/** Which master keys sealed what is stored, and the record of what was done by whom. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table vault_keys (
      id text primary key,
      check_value text not null,
      created_at timestamptz not null default now(),
      retired_at timestamptz
    )`.execute(db)
  await sql`
    create table audit_entries (
      seq bigint primary key,
      id text not null unique,
      at timestamptz not null,
      workspace_id text,
      actor_kind text not null,
      actor_id text,
      action text not null,
      subject_kind text not null,
      subject_id text,
      detail jsonb not null,
      previous_hash text not null,
      hash text not null
    )`.execute(db)
  await sql`create index audit_entries_actor on audit_entries (actor_id, seq)`.execute(db)
  await sql`create index audit_entries_subject on audit_entries (subject_kind, subject_id, seq)`.execute(db)
}
