import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../testing/database.ts'
import { createKeyring, createVault, rotateKeys, unlockVault } from './vault.ts'

const older = randomBytes(32)
const before = createVault({ keyring: createKeyring(older) })
const place = (row: string) => ({ table: 'bots', row, field: 'secrets' })

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase(2)
  const { db } = database
  await unlockVault({ db, keyring: createKeyring(older) })
  await db.insertInto('workspaces').values({ id: 'wsp_1', name: 'Home' }).execute()
  const rows = Array.from({ length: 60 }, (_, index) => `bot_${String(index).padStart(3, '0')}`)
  const bot = {
    workspace_id: 'wsp_1',
    channel: 'test',
    name: 'bot',
    agent: 'default',
    settings: '{}',
    source: 'file',
  } as const
  await db
    .insertInto('bots')
    .values(rows.map((id) => ({ ...bot, id, secrets: before.seal(`secret of ${id}`, place(id)) })))
    .execute()
  await db
    .insertInto('bots')
    .values({ ...bot, id: 'bot_none', secrets: null })
    .execute()
})
afterAll(() => database.drop())

it('retires no key while somebody goes on sealing with an older one', async () => {
  const { db } = database
  const keyring = createKeyring(randomBytes(32), [older])
  await unlockVault({ db, keyring })
  // Whatever is written to this row, an older secret stands there afterwards.
  await sql`create function keep() returns trigger language plpgsql as 'begin return old; end'`.execute(db)
  await sql`create trigger keep before update on bots for each row when (old.id = 'bot_003')
    execute function keep()`.execute(db)
  await expect(rotateKeys({ db, vault: createVault({ keyring }) })).rejects.toThrow(/rotation_unfinished/)
  await expect(unlockVault({ db, keyring: createKeyring(randomBytes(32)) })).rejects.toThrow(
    /master_key_wrong/,
  )
  await sql`drop trigger keep on bots`.execute(db)
  const back = createKeyring(older, [keyring.current.bytes])
  await rotateKeys({ db, vault: createVault({ keyring: back }) })
})

it('retires no key while a secret does not open, and names its place', async () => {
  const { db } = database
  const next = randomBytes(32)
  const keyring = createKeyring(next, [older])
  await unlockVault({ db, keyring })
  const misplaced = before.seal('elsewhere', place('bot_999'))
  await db.updateTable('bots').set({ secrets: misplaced }).where('id', '=', 'bot_007').execute()
  const result = await rotateKeys({ db, vault: createVault({ keyring }) })
  expect(result).toEqual({ rewrapped: 59, refused: [place('bot_007')], retired: [] })
  await expect(unlockVault({ db, keyring: createKeyring(next) })).rejects.toThrow(/master_key_wrong/)
})
