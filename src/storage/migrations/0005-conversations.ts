import { sql, type Kysely } from 'kysely'

/**
 * Conversations, their turns and messages, and what of them stands on a platform. The parts of a message are json
 * and not jsonb, which refuses characters that an agent may write (U+0000, lone surrogates).
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table conversations (
      id text primary key,
      workspace_id text not null references workspaces on delete cascade,
      user_id text not null references users on delete cascade,
      agent text not null,
      title text not null,
      lane text not null,
      bot_id text references bots on delete set null,
      source jsonb,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    )`.execute(db)
  await sql`create index conversations_user on conversations (user_id, updated_at desc)`.execute(db)
  await sql`create index conversations_lane on conversations (lane)`.execute(db)
  await sql`
    create table chats (
      lane text primary key,
      conversation_id text not null references conversations on delete cascade
    )`.execute(db)
  await sql`
    create table turns (
      id text primary key,
      conversation_id text not null references conversations on delete cascade,
      user_id text not null references users on delete cascade,
      agent text not null,
      state text not null check (state in ('queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled')),
      attempt integer not null default 0,
      request_key text not null unique,
      fence bigint,
      error_code text,
      cancel_requested_at timestamptz,
      created_at timestamptz not null default now(),
      started_at timestamptz,
      finished_at timestamptz
    )`.execute(db)
  await sql`create index turns_conversation on turns (conversation_id, id)`.execute(db)
  await sql`
    create table messages (
      id text primary key,
      conversation_id text not null references conversations on delete cascade,
      turn_id text references turns on delete cascade,
      role text not null check (role in ('user', 'assistant')),
      author text,
      parts json not null,
      created_at timestamptz not null default now()
    )`.execute(db)
  await sql`create index messages_conversation on messages (conversation_id, turn_id, id)`.execute(db)
  await sql`create index messages_turn on messages (turn_id)`.execute(db)
  await sql`
    create table deliveries (
      key text not null,
      part integer not null,
      bot_id text not null references bots on delete cascade,
      turn_id text references turns on delete cascade,
      state text not null check (state in ('opening', 'open', 'sent', 'failed')),
      platform_ref jsonb,
      error text,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      primary key (key, part)
    )`.execute(db)
}
