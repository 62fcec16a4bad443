import { sql, type Kysely } from 'kysely'

/** People: the tables of better-auth under our names, and workspaces with their members and invitations. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table users (
      id text primary key,
      name text not null,
      email text not null unique,
      email_verified boolean not null default false,
      image text,
      role text not null default 'user',
      banned boolean,
      ban_reason text,
      ban_expires timestamptz,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    )`.execute(db)
  await sql`
    create table sessions (
      id text primary key,
      user_id text not null references users on delete cascade,
      token text not null unique,
      expires_at timestamptz not null,
      ip_address text,
      user_agent text,
      impersonated_by text,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    )`.execute(db)
  await sql`create index sessions_user on sessions (user_id)`.execute(db)
  await sql`
    create table accounts (
      id text primary key,
      user_id text not null references users on delete cascade,
      provider_id text not null,
      account_id text not null,
      password text,
      access_token text,
      refresh_token text,
      id_token text,
      access_token_expires_at timestamptz,
      refresh_token_expires_at timestamptz,
      scope text,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      unique (provider_id, account_id)
    )`.execute(db)
  await sql`create index accounts_user on accounts (user_id)`.execute(db)
  await sql`
    create table verifications (
      id text primary key,
      identifier text not null,
      value text not null,
      expires_at timestamptz not null,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    )`.execute(db)
  await sql`create index verifications_identifier on verifications (identifier)`.execute(db)
  await sql`
    create table workspaces (
      id text primary key,
      name text not null,
      disabled_at timestamptz,
      created_at timestamptz not null default now()
    )`.execute(db)
  await sql`
    create table workspace_members (
      workspace_id text not null references workspaces on delete cascade,
      user_id text not null references users on delete cascade,
      role text not null check (role in ('admin', 'member')),
      created_at timestamptz not null default now(),
      primary key (workspace_id, user_id)
    )`.execute(db)
  await sql`create index workspace_members_user on workspace_members (user_id)`.execute(db)
  await sql`
    create table invitations (
      id text primary key,
      workspace_id text not null references workspaces on delete cascade,
      email text not null,
      role text not null check (role in ('admin', 'member')),
      token_hash text not null unique,
      invited_by text not null references users on delete cascade,
      expires_at timestamptz not null,
      accepted_at timestamptz,
      created_at timestamptz not null default now()
    )`.execute(db)
}
