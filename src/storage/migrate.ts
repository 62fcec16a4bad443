import { sql } from 'kysely'
import { DEFAULT_MIGRATION_TABLE, Migrator, type Migration } from 'kysely/migration'
import type { Db } from './database.ts'
import * as identity from './migrations/0001-identity.ts'
import * as coordination from './migrations/0002-coordination.ts'
import * as vault from './migrations/0003-vault-audit.ts'
import * as channels from './migrations/0004-channels-linking.ts'
import * as conversations from './migrations/0005-conversations.ts'
import * as playground from './migrations/0006-playground.ts'
import * as doors from './migrations/0007-doors.ts'
import * as attachments from './migrations/0008-attachments.ts'
import * as installations from './migrations/0009-installations.ts'
import * as outsideBots from './migrations/0010-outside-bots.ts'
import * as agentsAndGuests from './migrations/0011-agents-and-guests.ts'
import * as webhookEndpoints from './migrations/0012-webhook-endpoints.ts'
import * as claimsWithoutWaiting from './migrations/0013-claims-without-waiting.ts'
import * as integrations from './migrations/0014-integrations.ts'
import * as tokenCheckKeys from './migrations/0015-token-check-keys.ts'
import * as passes from './migrations/0016-passes.ts'

/** In the order in which they run. A migration that was released is never changed; a new one is added. */
const migrations: Record<string, Migration> = {
  '0001-identity': identity,
  '0002-coordination': coordination,
  '0003-vault-audit': vault,
  '0004-channels-linking': channels,
  '0005-conversations': conversations,
  '0006-playground': playground,
  '0007-doors': doors,
  '0008-attachments': attachments,
  '0009-installations': installations,
  '0010-outside-bots': outsideBots,
  '0011-agents-and-guests': agentsAndGuests,
  '0012-webhook-endpoints': webhookEndpoints,
  '0013-claims-without-waiting': claimsWithoutWaiting,
  '0014-integrations': integrations,
  '0015-token-check-keys': tokenCheckKeys,
  '0016-passes': passes,
}

/**
 * Brings the schema up to date and returns the names of what was applied. Safe to call from several processes
 * at once: Kysely's Migrator holds an advisory lock, the others wait and find nothing to do.
 */
export async function migrate(db: Db): Promise<string[]> {
  // Most starts find nothing to do; the Migrator would look through all tables first.
  const applied = await appliedMigrations(db)
  if (applied.join() === Object.keys(migrations).join()) return []
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
  const { error, results = [] } = await migrator.migrateToLatest()
  if (error !== undefined)
    throw error instanceof Error ? error : new Error('The migration failed.', { cause: error })
  return results.map((result) => result.migrationName)
}

/** The names of migrations that this version has and the database lacks. */
export async function pendingMigrations(db: Db): Promise<string[]> {
  const applied = await appliedMigrations(db)
  return Object.keys(migrations).filter((name) => !applied.includes(name))
}

/** In order; none in an empty database. */
async function appliedMigrations(db: Db): Promise<string[]> {
  const found = await sql<{ isThere: boolean }>`
    select to_regclass(${DEFAULT_MIGRATION_TABLE}) is not null as "isThere"`.execute(db)
  if (found.rows[0]?.isThere !== true) return []
  const table = sql.table(DEFAULT_MIGRATION_TABLE)
  const { rows } = await sql<{ name: string }>`select name from ${table} order by name`.execute(db)
  return rows.map(({ name }) => name)
}
