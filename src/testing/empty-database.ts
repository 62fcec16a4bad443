import { inject } from 'vitest'
import type { Database } from '../storage/database.ts'

type Client = Awaited<ReturnType<Database['connect']>>

/**
 * Makes a copy of the template as it was: no row, every sequence at its start. False if it cannot be used again:
 * somebody is still connected, or its schema is another one.
 */
export async function empty(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ usable: boolean }>(isUsable, [inject('templateSchema')])
  if (rows[0]?.usable !== true) return false
  await client.query(deletions)
  return true
}

/** What tells one schema from another; a copy has the object ids of its template. */
export const schemaOf = `
  select md5(string_agg(line, ' ' order by line)) as schema from (
    select concat(oid, relname) from pg_class where relnamespace = to_regnamespace('public')
    union all select concat(attrelid, attname, atttypid, attnotnull) from pg_attribute where attrelid >= 16384
    union all select concat(oid, tgname, tgenabled) from pg_trigger
    union all select concat(oid, conname) from pg_constraint where connamespace = to_regnamespace('public')
    union all select concat(oid, proname) from pg_proc where pronamespace = to_regnamespace('public')
    union all select name from kysely_migration
  ) as line (line)`

const isUsable = `
  select (${schemaOf}) = $1
    and not exists (
      select from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend')
    as usable`

// Not `delete`: rows would take the places of deleted ones, in any order.
const deletions = `
  do $$ declare names text; begin
    select string_agg(oid::regclass::text, ', ') into names from pg_class
      where relkind = 'r' and relnamespace = 'public'::regnamespace
        and relname not like 'kysely_migration%' and pg_relation_size(oid) > 0;
    if names is not null then execute 'truncate ' || names || ' cascade'; end if;
    perform setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
      from pg_sequences where schemaname = 'public' and last_value is not null;
  end $$`
