import { sql, type Kysely } from 'kysely'

/** Installations of bots in further workspaces of their platform that somebody has begun. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table installations (
      state_hash text primary key,
      browser_hash text not null,
      bot_id text not null references bots on delete cascade,
      user_id text not null references users on delete cascade,
      workspace_id text not null references workspaces on delete cascade,
      expires_at timestamptz not null,
      used_at timestamptz,
      created_at timestamptz not null default now()
    )`.execute(db)
  await sql`create index installations_expiry on installations (expires_at)`.execute(db)
}
