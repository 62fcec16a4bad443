import { sql, type Kysely } from 'kysely'

/**
 * What agents' backends remember of conversations; groups whose guests are answered; turns that were not asked for, and
 * what became of what was sent.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table agent_memory (
      conversation_id text not null references conversations on delete cascade,
      agent text not null,
      value json not null,
      updated_at timestamptz not null default now(),
      primary key (conversation_id, agent)
    )`.execute(db)
  await sql`
    create table sponsorships (
      id text primary key,
      workspace_id text not null references workspaces on delete cascade,
      bot_id text not null references bots on delete cascade,
      chat_id text not null,
      chat_name text,
      sponsor_id text not null references users on delete cascade,
      guest_turns_per_hour integer not null,
      turns_per_day integer not null,
      created_at timestamptz not null,
      ended_at timestamptz,
      ended_by text
    )`.execute(db)
  await sql`create unique index sponsorships_live on sponsorships (bot_id, chat_id) where ended_at is null`.execute(
    db,
  )
  await sql`create index sponsorships_sponsor on sponsorships (sponsor_id)`.execute(db)
  await sql`
    create table sponsorship_usage (
      sponsorship_id text not null references sponsorships on delete cascade,
      guest text not null,
      period timestamptz not null,
      turns integer not null,
      primary key (sponsorship_id, guest, period)
    )`.execute(db)
  await sql`
    alter table turns
      add column kind text not null default 'asked' check (kind in ('asked', 'posted')),
      add column guest jsonb,
      add column sponsorship_id text references sponsorships on delete set null,
      add column request_hash text`.execute(db)
  await sql`
    alter table deliveries
      add column error_code text,
      add column platform_code text,
      add column delivered_at timestamptz,
      add column read_at timestamptz`.execute(db)
  await sql`
    create index deliveries_receipt on deliveries (bot_id, (platform_ref ->> 'receipt_id'))
      where platform_ref ? 'receipt_id'`.execute(db)
}
