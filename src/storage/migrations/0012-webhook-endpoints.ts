import { sql, type Kysely } from 'kysely'

/** Whom applications want told of what happens here, what they were told, and how each try went. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table webhook_endpoints (
      id text primary key,
      workspace_id text not null references workspaces on delete cascade,
      url text not null,
      description text not null,
      events text[] not null,
      secrets text not null,
      created_by text references users on delete set null,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      disabled_at timestamptz,
      disabled_reason text,
      failing_since timestamptz
    )`.execute(db)
  await sql`create index webhook_endpoints_workspace on webhook_endpoints (workspace_id)`.execute(db)
  await sql`
    create table webhook_messages (
      id text primary key,
      workspace_id text not null references workspaces on delete cascade,
      type text not null,
      body text not null,
      created_at timestamptz not null default now()
    )`.execute(db)
  await sql`create index webhook_messages_age on webhook_messages (created_at)`.execute(db)
  await sql`
    create table webhook_attempts (
      id bigint generated always as identity,
      message_id text not null references webhook_messages on delete cascade,
      endpoint_id text not null references webhook_endpoints on delete cascade,
      attempt integer not null,
      state text not null check (state in ('delivered', 'retrying', 'failed')),
      status integer,
      error text,
      excerpt text,
      duration_ms integer not null,
      at timestamptz not null,
      next_at timestamptz,
      primary key (message_id, endpoint_id, attempt)
    )`.execute(db)
  await sql`create index webhook_attempts_endpoint on webhook_attempts (endpoint_id, id)`.execute(db)
}
