import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../testing/database.ts'
import { createKeyring, createVault, rotateKeys, unlockVault } from './vault.ts'

const [older, newer] = [randomBytes(32), randomBytes(32)]
const before = createVault({ keyring: createKeyring(older) })
const during = createVault({ keyring: createKeyring(newer, [older]) })
const after = createVault({ keyring: createKeyring(newer) })
const place = (row: string) => ({ table: 'bots', row, field: 'secrets' })

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase(6)
  const { db } = database
  await unlockVault({ db, keyring: createKeyring(older) })
  await unlockVault({ db, keyring: createKeyring(newer, [older]) })
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

const sealedBots = async () =>
  (await database.db.selectFrom('bots').select(['id', 'secrets']).execute()).flatMap(({ id, secrets }) =>
    secrets === null ? [] : [{ id, secrets }],
  )

it('wraps every secret anew while they are read and changed, and no read fails', async () => {
  const { db } = database
  let rotating = true
  let reads = 0
  const reader = async () => {
    while (rotating) {
      for (const { id, secrets } of await sealedBots()) {
        expect(during.open(secrets, place(id))).toMatch(new RegExp(`^(secret|changed) of ${id}$`))
        reads++
      }
    }
  }
  const writer = async () => {
    for (let index = 0; index < 10; index++) {
      const id = `bot_${String(index * 6).padStart(3, '0')}`
      const secrets = during.seal(`changed of ${id}`, place(id))
      await db.updateTable('bots').set({ secrets }).where('id', '=', id).execute()
    }
  }
  const reading = reader()
  const [result] = await Promise.all([rotateKeys({ db, vault: during, batchSize: 15 }), writer()])
  rotating = false
  await reading

  expect(reads).toBeGreaterThan(60)
  expect(result).toMatchObject({ refused: [], retired: [createKeyring(older).current.id] })
  const sealed = await sealedBots()
  expect(sealed).toHaveLength(60)
  expect(
    sealed.filter(({ id, secrets }) => after.open(secrets, place(id)).startsWith('changed')),
  ).toHaveLength(10)
  await unlockVault({ db, keyring: createKeyring(newer) })
  expect(await rotateKeys({ db, vault: after })).toEqual({ rewrapped: 0, refused: [], retired: [] })
})

it('retires no key while somebody goes on sealing with an older one', async () => {
  const { db } = database
  const keyring = createKeyring(randomBytes(32), [newer])
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
  const back = createKeyring(newer, [keyring.current.bytes])
  await rotateKeys({ db, vault: createVault({ keyring: back }) })
})

it('retires no key while a secret does not open, and names its place', async () => {
  const { db } = database
  const next = randomBytes(32)
  const keyring = createKeyring(next, [newer])
  await unlockVault({ db, keyring })
  const misplaced = after.seal('elsewhere', place('bot_999'))
  await db.updateTable('bots').set({ secrets: misplaced }).where('id', '=', 'bot_007').execute()
  const result = await rotateKeys({ db, vault: createVault({ keyring }) })
  expect(result).toEqual({ rewrapped: 59, refused: [place('bot_007')], retired: [] })
  await expect(unlockVault({ db, keyring: createKeyring(next) })).rejects.toThrow(/master_key_wrong/)
})
