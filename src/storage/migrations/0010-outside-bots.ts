import { sql, type Kysely } from 'kysely'

/** Bots that others run: their keys, the links that their chats make, and the second agreement to a connection. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table bot_keys (
      id text primary key,
      workspace_id text not null references workspaces on delete cascade,
      name text not null,
      agent text not null,
      channels text[] not null,
      created_by text references users on delete set null,
      created_at timestamptz not null default now(),
      last_used_at timestamptz,
      revoked_at timestamptz
    )`.execute(db)
  await sql`
    create table bot_key_secrets (
      hash text primary key,
      bot_key_id text not null references bot_keys on delete cascade,
      last_four text not null,
      created_at timestamptz not null default now(),
      expires_at timestamptz
    )`.execute(db)
  await sql`create index bot_key_secrets_key on bot_key_secrets (bot_key_id)`.execute(db)
  await sql`
    create table link_tokens (
      hash text primary key,
      workspace_id text not null references workspaces on delete cascade,
      bot_key_id text references bot_keys on delete cascade,
      bot_id text references bots on delete cascade,
      bot_name text not null,
      channel text not null,
      tenant_id text not null,
      external_id text not null,
      external_name text,
      username text,
      chat jsonb,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      superseded_at timestamptz,
      used_at timestamptz,
      connection_id text references connections on delete set null
    )`.execute(db)
  await sql`
    create unique index link_tokens_live on link_tokens (channel, tenant_id, external_id)
      where used_at is null and superseded_at is null`.execute(db)
  await sql`create index link_tokens_expiry on link_tokens (expires_at)`.execute(db)
  await sql`create index link_tokens_key on link_tokens (bot_key_id, created_at)`.execute(db)
  await sql`
    create index link_tokens_identity on link_tokens (channel, tenant_id, external_id, created_at)`.execute(
    db,
  )
  await sql`
    create table link_approvals (
      id text primary key,
      made_in text not null check (made_in in ('app', 'chat')),
      proof_hash text not null,
      user_id text not null references users on delete cascade,
      workspace_id text not null references workspaces on delete cascade,
      bot_key_id text references bot_keys on delete cascade,
      bot_id text references bots on delete cascade,
      channel text not null,
      tenant_id text not null,
      external_id text not null,
      external_name text,
      username text,
      chat jsonb,
      number text not null,
      wrong_tries integer not null default 0,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      ended_at timestamptz,
      outcome text check (outcome in ('linked', 'wrong_number', 'cancelled', 'replaced'))
    )`.execute(db)
  await sql`
    create unique index link_approvals_live on link_approvals (made_in, channel, tenant_id, external_id)
      where ended_at is null`.execute(db)
  await sql`create index link_approvals_user on link_approvals (user_id) where ended_at is null`.execute(db)
  await sql`create index link_approvals_expiry on link_approvals (expires_at)`.execute(db)
  await sql`alter table connections add column bot_key_id text references bot_keys on delete set null`.execute(
    db,
  )
  await sql`alter table conversations add column bot_key_id text references bot_keys on delete set null`.execute(
    db,
  )
}
