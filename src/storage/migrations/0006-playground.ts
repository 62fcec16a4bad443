import { sql, type Kysely } from 'kysely'

/** The messages of the playground, a chat platform of our own. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table playground_messages (
      id bigint generated always as identity primary key,
      bot_id text not null references bots on delete cascade,
      person_id text not null references users on delete cascade,
      sender text not null check (sender in ('person', 'bot')),
      text text not null,
      idempotency_key text not null,
      sent_at timestamptz not null default now(),
      edited_at timestamptz,
      unique (bot_id, idempotency_key)
    )`.execute(db)
  await sql`create index playground_messages_person on playground_messages (bot_id, person_id, id)`.execute(
    db,
  )
}
