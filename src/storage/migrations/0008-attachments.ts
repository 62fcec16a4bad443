import { sql, type Kysely } from 'kysely'

/**
 * Files of people. Users and workspaces are not referenced: a row must outlive them until its file is deleted.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table attachments (
      id text primary key,
      user_id text not null,
      workspace_id text not null,
      conversation_id text references conversations on delete set null,
      source_key text unique,
      name text not null,
      media_type text not null,
      size bigint not null,
      created_at timestamptz not null default now(),
      kept_at timestamptz
    )`.execute(db)
  await sql`create index attachments_conversation on attachments (conversation_id)`.execute(db)
  await sql`
    create index attachments_orphans on attachments (created_at)
    where conversation_id is null or kept_at is null`.execute(db)
}
