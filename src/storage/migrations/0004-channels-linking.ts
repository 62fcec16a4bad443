import { sql, type Kysely } from 'kysely'

/** Bots and their states; connect codes, connections, and when a stranger was last told how to connect. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table bots (
      id text primary key,
      workspace_id text not null references workspaces on delete cascade,
      channel text not null,
      name text not null,
      agent text not null,
      enabled boolean not null default true,
      settings jsonb not null,
      secrets text,
      source text not null check (source in ('file', 'runtime')),
      removed_at timestamptz,
      revision integer not null default 1,
      cursor jsonb,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    )`.execute(db)
  await sql`create index bots_channel on bots (channel, created_at)`.execute(db)
  await sql`
    create table bot_states (
      bot_id text primary key references bots on delete cascade,
      state text not null,
      detail text,
      revision integer not null,
      replica text,
      last_transport_at timestamptz,
      last_inbound_at timestamptz,
      updated_at timestamptz not null default now()
    )`.execute(db)
  await sql`
    create table connect_codes (
      hash text primary key,
      user_id text not null references users on delete cascade,
      workspace_id text not null references workspaces on delete cascade,
      channel text not null,
      bot_id text references bots on delete cascade,
      expires_at timestamptz not null,
      used_at timestamptz,
      created_at timestamptz not null default now()
    )`.execute(db)
  await sql`create index connect_codes_live on connect_codes (user_id, channel) where used_at is null`.execute(
    db,
  )
  await sql`
    create table connections (
      id text primary key,
      workspace_id text not null references workspaces on delete cascade,
      user_id text not null references users on delete cascade,
      channel text not null,
      bot_id text references bots on delete set null,
      tenant_id text not null,
      tenant_name text,
      external_id text not null,
      external_name text,
      status text not null check (status in ('connected', 'revoked')),
      scopes jsonb not null,
      metadata jsonb not null,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      revoked_at timestamptz
    )`.execute(db)
  await sql`
    create unique index connections_identity on connections (channel, tenant_id, external_id)
      where status = 'connected'`.execute(db)
  await sql`create index connections_user on connections (user_id, created_at)`.execute(db)
  await sql`
    create table unbound_notices (
      bot_id text not null references bots on delete cascade,
      identity text not null,
      noticed_at timestamptz not null,
      primary key (bot_id, identity)
    )`.execute(db)
}
