import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../testing/database.ts'
import { sealedColumns } from './sealed-columns.ts'
import { createKeyring, createVault } from './vault.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase(2)
})
afterAll(() => database.drop())

const vault = createVault({ keyring: createKeyring(randomBytes(32)) })

it('nothing is sealed for a column that is not in the list', () => {
  for (const { table, field } of sealedColumns)
    expect(vault.seal('secret', { table, row: 'x', field })).toMatch(/^v1\./)
  for (const [table, field] of [
    ['credentials', 'title'],
    ['connections', 'access_token'],
    ['bots.secrets', ''],
  ] as const)
    expect(() => vault.seal('secret', { table, row: 'x', field })).toThrow(/a rotation would forget it/)
})

it('each column of the list is a text in the schema, in a table whose key is the row', async () => {
  const { rows } = await sql<{ table: string; row: string; field: string }>`
    select c.table_name as "table", k.column_name as "row", c.column_name as field
    from information_schema.columns c
    join information_schema.table_constraints t
      on t.table_schema = c.table_schema and t.table_name = c.table_name and t.constraint_type = 'PRIMARY KEY'
    join information_schema.key_column_usage k on k.constraint_name = t.constraint_name
      and k.table_schema = c.table_schema and k.table_name = c.table_name
    where c.table_schema = 'public' and c.data_type = 'text'`.execute(database.db)
  expect(rows).toEqual(expect.arrayContaining([...sealedColumns]))
  expect(new Set(sealedColumns.map(({ table, field }) => `${table}.${field}`)).size).toBe(
    sealedColumns.length,
  )
})
