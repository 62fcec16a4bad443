import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../testing/database.ts'
import { migrate, pendingMigrations } from './migrate.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

describe('migrating', () => {
  it('finds nothing to do in a database that is up to date', async () => {
    expect(await pendingMigrations(database.db)).toEqual([])
    expect(await migrate(database.db)).toEqual([])
  })

  it('refuses a database that a newer version has changed', async () => {
    await sql`insert into kysely_migration (name, timestamp) values ('9999-later', '2030-01-01')`.execute(
      database.db,
    )
    expect(await pendingMigrations(database.db)).toEqual([])
    await expect(migrate(database.db)).rejects.toThrow('9999-later')
  })

  it('fills an empty database', async () => {
    await sql`drop schema public cascade`.execute(database.db)
    await sql`create schema public`.execute(database.db)
    const pending = await pendingMigrations(database.db)
    expect(pending).toContain('0001-identity')
    expect(await migrate(database.db)).toEqual(pending)
    expect(await pendingMigrations(database.db)).toEqual([])
  })
})
