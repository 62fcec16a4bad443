import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createAudit, listAudit } from '../audit/audit.ts'
import { createIds } from '../lib/ids.ts'
import { createTestDatabase, type TestDatabase } from '../testing/database.ts'
import { createKeyring, createVault } from '../vault/vault.ts'
import { usualRules } from './bot-rules.ts'
import { createBots, type FileBot, type NewBot } from './bots.ts'
import type { BotSettings } from './channel.ts'
import { paperChannel } from './testing/paper-channel.ts'

const ids = createIds(Date.now)
const clock = { now: Date.now }
const bot = {
  id: 'bot_1',
  workspaceId: 'wsp_1',
  channel: 'paper',
  name: 'paper',
  agent: 'default',
  enabled: true,
  settings: { app_token: 'good-secret', app_name: 'Clerk', api_root: 'http://127.0.0.1:1' },
  rules: usualRules,
  source: 'runtime',
} satisfies NewBot

let database: TestDatabase
let signalled: string[]
const bots = createBots({
  vault: createVault({ keyring: createKeyring(randomBytes(32)) }),
  ids,
  audit: createAudit({ ids, clock }),
  channels: [paperChannel('paper', 'Paper')],
  signals: { send: async (_db, topic, payload) => void signalled.push(`${topic} ${payload}`) },
  homeWorkspace: async () => 'wsp_1',
})
beforeEach(async () => {
  database = await createTestDatabase(4)
  signalled = []
  await database.db.insertInto('workspaces').values({ id: 'wsp_1', name: 'Home' }).execute()
})
afterEach(() => database.drop())

const save = (one: NewBot) => database.db.transaction().execute((tx) => bots.save(tx, one))
const remove = (id: string) => database.db.transaction().execute((tx) => bots.remove(tx, id))
const sync = (...files: FileBot[]) => database.db.transaction().execute((tx) => bots.syncFile(tx, files))
const rowOf = (id: string) =>
  database.db.selectFrom('bots').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

describe('the store of bots', () => {
  it('gives back what it stored, and tells the replicas of every change', async () => {
    expect(await save(bot)).toEqual({ ...bot, revision: 1 })
    const changed = { ...bot, name: 'renamed', settings: { app_token: 'good-other' } }
    expect(await save(changed)).toEqual({ ...changed, revision: 2 })
    expect(await bots.find(database.db, bot.id)).toEqual({ ...changed, revision: 2 })
    await save({ ...bot, id: 'bot_2' })
    expect((await bots.list(database.db)).map(({ id }) => id)).toEqual(['bot_1', 'bot_2'])
    expect(await bots.list(database.db, { channel: 'telegram' })).toEqual([])
    await remove('bot_2')
    expect(signalled).toEqual(['bots bot_1', 'bots bot_1', 'bots bot_2', 'bots bot_2'])
  })

  it('seals the fields that the channel calls passwords, and only those', async () => {
    await save({ ...bot, settings: { ...bot.settings, proxy_token: 'p-secret' } })
    const row = await rowOf(bot.id)
    expect(row.settings).toEqual({ app_name: 'Clerk', api_root: 'http://127.0.0.1:1' })
    expect(row.secrets).toMatch(/^v1\./)
    await save({ ...bot, settings: { app_name: 'Clerk' } })
    expect((await rowOf(bot.id)).secrets).toBeNull()
  })

  it('keeps the cursor while the secrets stay the same, and drops it with them', async () => {
    await save(bot)
    const cursor = JSON.stringify({ offset: 7 })
    await database.db.updateTable('bots').set({ cursor }).execute()
    await save({ ...bot, name: 'renamed' })
    expect((await rowOf(bot.id)).cursor).toEqual({ offset: 7 })
    await save({ ...bot, settings: { ...bot.settings, app_token: 'good-other' } })
    expect((await rowOf(bot.id)).cursor).toBeNull()
  })

  it('leaves of a removed bot a tombstone without secrets, that nobody finds or saves over', async () => {
    await save(bot)
    await remove(bot.id)
    expect(await bots.find(database.db, bot.id)).toBeUndefined()
    expect(await bots.list(database.db)).toEqual([])
    expect(await rowOf(bot.id)).toMatchObject({ secrets: null, enabled: false })
    await expect(save(bot)).rejects.toThrow(/bot_removed/)
  })
})

describe('the bots of the file', () => {
  const inFile = (name: string, over: Partial<FileBot> = {}): FileBot => ({
    channel: 'paper',
    name,
    agent: 'default',
    enabled: true,
    settings: { app_token: 'good-file', app_name: name },
    ...over,
  })
  const stored = async () =>
    (await bots.list(database.db)).map(({ name, enabled, revision, source }) => ({
      name,
      enabled,
      revision,
      source,
    }))

  it('are added, changed where they differ, and disabled when the file has them no more', async () => {
    await sync(inFile('a'), inFile('b'))
    await sync(inFile('a'), inFile('b', { agent: 'other' }))
    expect(await stored()).toEqual([
      { name: 'a', enabled: true, revision: 1, source: 'file' },
      { name: 'b', enabled: true, revision: 2, source: 'file' },
    ])
    await sync(inFile('b', { agent: 'other' }))
    await sync(inFile('b', { agent: 'other' }))
    expect(await stored()).toMatchObject([
      { name: 'a', enabled: false, revision: 2 },
      { name: 'b', revision: 2 },
    ])
    await sync(inFile('a'), inFile('b', { agent: 'other' }))
    expect(await stored()).toMatchObject([
      { name: 'a', enabled: true },
      { name: 'b', enabled: true },
    ])
  })

  it('are added once by replicas that start together', async () => {
    await Promise.all([sync(inFile('a')), sync(inFile('a')), sync(inFile('a'))])
    expect(await stored()).toEqual([{ name: 'a', enabled: true, revision: 1, source: 'file' }])
  })

  it('give way to what was entered or removed at runtime', async () => {
    await sync(inFile('a'), inFile('b'))
    const [a, b] = await bots.list(database.db)
    const settings: BotSettings = { app_token: 'good-typed', app_name: 'typed' }
    await save({ ...a!, source: 'runtime', settings })
    await remove(b!.id)
    await sync(inFile('a'), inFile('b'))
    const left = await bots.list(database.db)
    expect(left).toHaveLength(1)
    expect(left[0]).toMatchObject({ name: 'a', source: 'runtime', settings, revision: 2 })
  })
})

describe('a bot whose stored secrets were changed from outside', () => {
  it('is shown as damaged, does not run, is recorded once, and touches no other bot', async () => {
    await save(bot)
    await save({ ...bot, id: 'bot_2' })
    // The sealed text of another row: it opens there, but not here.
    const { secrets } = await rowOf('bot_2')
    await database.db.updateTable('bots').set({ secrets }).where('id', '=', 'bot_1').execute()
    await bots.list(database.db)
    const [damaged, sound] = await database.db.transaction().execute((tx) => bots.list(tx))
    expect(damaged).toMatchObject({ damaged: true, enabled: false, settings: { app_name: 'Clerk' } })
    expect(damaged!.settings).not.toHaveProperty('app_token')
    expect(sound).toEqual({ ...bot, id: 'bot_2', revision: 1 })
    const { entries } = await listAudit(database.db, { limit: 5 })
    expect(entries).toHaveLength(1)
    expect(entries[0]).toMatchObject({
      action: 'sealed_value.refused',
      subject: { kind: 'bot', id: 'bot_1' },
    })

    await save(bot)
    expect(await bots.find(database.db, 'bot_1')).toEqual({ ...bot, revision: 2 })
  })
})
