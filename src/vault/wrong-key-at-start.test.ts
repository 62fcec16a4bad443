import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createApp } from '../app.ts'
import { readConfig } from '../config/config.ts'
import { environmentOf } from '../config/env.ts'
import { readSecrets } from '../config/secrets.ts'
import { createLog } from '../lib/log.ts'
import { createTestDatabase, type TestDatabase } from '../testing/database.ts'
import { fillSealedColumns } from './testing/sealed-rows.ts'
import { createKeyring, createVault, unlockVault } from './vault.ts'

let database: TestDatabase
beforeEach(async () => {
  database = await createTestDatabase(4)
})
afterEach(() => database.drop())

const unlock = (current: Uint8Array, ...older: Uint8Array[]) =>
  unlockVault({ db: database.db, keyring: createKeyring(current, older) })

async function keys() {
  // xmin tells a row that was written again from one that was left alone.
  const { rows } = await sql<Record<string, unknown>>`
    select xmin::text as written, * from vault_keys order by id`.execute(database.db)
  return rows
}

/** Every row of every table, with what wrote it. */
async function everything(): Promise<Record<string, unknown[]>> {
  const { rows: tables } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE'`.execute(database.db)
  const read = async ({ name }: { name: string }) => {
    const { rows } =
      await sql`select xmin::text as written, t::text from ${sql.table(name)} t order by 2`.execute(
        database.db,
      )
    return [name, rows] as const
  }
  return Object.fromEntries(await Promise.all(tables.map(read)))
}

/** The whole gateway, with one key of PORTICO_MASTER_KEY. */
async function startGateway(key: Uint8Array): Promise<void> {
  const environment = environmentOf({
    PORTICO_MASTER_KEY: Buffer.from(key).toString('base64'),
    PORTICO_PORT: '0',
  })
  const app = createApp({
    config: await readConfig({}, environment, '/nonexistent'),
    secrets: await readSecrets(environment, '/nonexistent'),
    log: createLog('silent'),
    version: '0.0.0',
    consoleDirectory: '/nonexistent',
    database: database.address,
    // As with the embedded database, where a start takes over what a killed process held.
    isAlone: true,
  })
  try {
    await app.start()
  } finally {
    await app.stop()
  }
}

describe('the start', () => {
  const [first, second, third] = [randomBytes(32), randomBytes(32), randomBytes(32)]

  it('takes the key of a fresh database on, once, also when replicas start together', async () => {
    await Promise.all([unlock(first), unlock(first), unlock(first)])
    const taken = await keys()
    expect(taken).toHaveLength(1)
    await unlock(first)
    expect(await keys()).toEqual(taken)
  })

  it('never goes on with a wrong key, and changes not one row', async () => {
    await unlock(first)
    const before = await keys()
    await expect(unlock(second)).rejects.toThrow(/Start with that key .* Nothing was changed/s)
    expect(await keys()).toEqual(before)
  })

  it('never goes on, with secrets in every sealed column, and changes no row of any table', async () => {
    await unlock(first)
    await fillSealedColumns(database.db, createVault({ keyring: createKeyring(first) }), 2)
    await sql`
      insert into leases (name, owner, fence, expires_at)
      values ('bot', 'rep_killed', 1, now() + interval '1 hour')`.execute(database.db)
    const before = await everything()
    expect(Object.keys(before).length).toBeGreaterThan(40)
    for (const wrong of [[second], [second, third]] as const) {
      const [current, ...older] = wrong
      await expect(unlock(current, ...older)).rejects.toThrow(/master_key_wrong/)
      await expect(startGateway(current)).rejects.toThrow(/master_key_wrong/)
    }
    expect(await everything()).toEqual(before)
  })

  it('never goes on when a check value was exchanged', async () => {
    await unlock(first)
    await unlock(second, first)
    const [one, two] = await database.db.selectFrom('vault_keys').selectAll().orderBy('id').execute()
    await database.db
      .updateTable('vault_keys')
      .set({ check_value: one!.check_value })
      .where('id', '=', two!.id)
      .execute()
    const before = await keys()
    await expect(unlock(second, first)).rejects.toThrow(/master_key_wrong/)
    expect(await keys()).toEqual(before)
  })

  it('takes a new key on only together with those that are still in use', async () => {
    await unlock(first)
    await unlock(second, first)
    expect(await keys()).toHaveLength(2)
    await expect(unlock(second)).rejects.toThrow(/master_key_wrong/)
    await expect(unlock(third, second)).rejects.toThrow(/master_key_wrong/)
    await unlock(first, second)
  })

  it('needs no key that was retired, and takes it back into use when it is the current one again', async () => {
    await unlock(first)
    await unlock(second, first)
    await database.db
      .updateTable('vault_keys')
      .set({ retired_at: new Date() })
      .where('id', '=', createKeyring(first).current.id)
      .execute()
    await unlock(second)
    await unlock(first, second)
    await expect(unlock(second)).rejects.toThrow(/master_key_wrong/)
  })
})
