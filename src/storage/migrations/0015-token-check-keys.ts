import { sql, type Kysely } from 'kysely'

/** The key by which API tokens that were made here are told from others; sealed. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table token_check_keys (id text primary key, secret text not null)`.execute(db)
}
