import { sql, type Kysely } from 'kysely'

/** What channels remember of chats, the rules of bots, and codes for one named account. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table bot_memory (
      bot_id text not null references bots on delete cascade,
      key text not null,
      value jsonb not null,
      updated_at timestamptz not null default now(),
      primary key (bot_id, key)
    )`.execute(db)
  await sql`alter table connect_codes add column username text`.execute(db)
  await sql`alter table bots add column rules jsonb not null default '{}'`.execute(db)
}
