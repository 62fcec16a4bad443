import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createIds } from '../lib/ids.ts'
import { createTestDatabase, type TestDatabase } from '../testing/database.ts'
import { environmentKeyId, type BotKeys } from './bot-keys.ts'
import type { Principal } from './principal.ts'
import { createTestBotKeys } from './testing/bot-keys.ts'

const environmentKey = 'a key of the environment'
let database: TestDatabase
let now: number
let keys: BotKeys
beforeEach(async () => {
  database = await createTestDatabase(4)
  now = Date.UTC(2026, 0, 1)
  keys = open()
  for (const id of ['wsp_1', 'wsp_2'])
    await database.db.insertInto('workspaces').values({ id, name: id }).execute()
  for (const id of ['usr_ada', 'usr_eve'])
    await database.db
      .insertInto('users')
      .values({ id, name: id, email: `${id}@example.org`, role: 'user', email_verified: true })
      .execute()
})
afterEach(() => database.drop())

function open(more: { environmentKey?: string; mode?: 'local' | 'disabled' } = {}): BotKeys {
  const clock = { now: () => now }
  const identity = { mode: more.mode ?? 'local', homeWorkspace: async () => 'wsp_1' } as const
  const { environmentKey } = more
  const ids = createIds(clock.now)
  return createTestBotKeys({
    db: database.db,
    ids,
    clock,
    identity,
    ...(environmentKey === undefined ? {} : { environmentKey }),
  })
}

const by = (userId = 'usr_ada', workspaceId = 'wsp_1'): Principal => ({
  kind: 'session',
  userId,
  name: userId,
  email: null,
  role: 'admin',
  workspaceId,
})
const wanted = { name: 'Helper', agent: 'default', channels: ['discord'] }
const sync = (one: BotKeys) => database.db.transaction().execute((tx) => one.syncEnvironment(tx))

describe('a bot key', () => {
  it('says who is calling, and is stored as a hash only', async () => {
    const { key, secret } = await keys.create(by(), wanted)
    expect(secret).toMatch(/^pb_[\w-]{43}$/)
    expect(await keys.authenticate(secret)).toEqual({
      keyId: key.id,
      name: 'Helper',
      workspaceId: 'wsp_1',
      agent: 'default',
      channels: ['discord'],
    })
    const stored = await database.db.selectFrom('bot_key_secrets').selectAll().execute()
    expect(JSON.stringify([stored, key])).not.toContain(secret)
    const audited = await database.db.selectFrom('audit_entries').selectAll().execute()
    expect(audited.map(({ action }) => action)).toEqual(['bot_key.created'])
    expect(JSON.stringify(audited)).not.toContain(secret)
  })

  it('has two secrets while it is rotated, and one when the overlap is over', async () => {
    const { key, secret: first } = await keys.create(by(), wanted)
    const { key: rotated, secret: second } = await keys.rotate(by(), key.id, 60)
    expect(rotated.secrets.map(({ lastFour }) => lastFour).toSorted()).toEqual(
      [first.slice(-4), second.slice(-4)].toSorted(),
    )
    expect((await keys.authenticate(first)).keyId).toBe((await keys.authenticate(second)).keyId)
    now += 60_000
    await expect(keys.authenticate(first)).rejects.toMatchObject({ code: 'credential_invalid', status: 401 })
    expect(await keys.authenticate(second)).toMatchObject({ keyId: key.id })
  })

  it('is rotated without an overlap at once, and a longer overlap revives nothing', async () => {
    const { key, secret: first } = await keys.create(by(), wanted)
    const { secret: second } = await keys.rotate(by(), key.id, 0)
    await expect(keys.authenticate(first)).rejects.toMatchObject({ code: 'credential_invalid' })
    await keys.rotate(by(), key.id, 3600)
    await expect(keys.authenticate(first)).rejects.toMatchObject({ code: 'credential_invalid' })
    expect(await keys.authenticate(second)).toMatchObject({ keyId: key.id })
  })

  it('is changed, and counts so with the next call', async () => {
    const { key, secret } = await keys.create(by(), wanted)
    await keys.change(by(), key.id, { name: 'Other', channels: ['slack'] })
    expect(await keys.authenticate(secret)).toMatchObject({ name: 'Other', channels: ['slack'] })
  })

  it('names agents and platforms that exist', async () => {
    await expect(keys.create(by(), { ...wanted, agent: 'nobody' })).rejects.toMatchObject({
      code: 'bot_key_agent_unknown',
      status: 404,
    })
    await expect(keys.create(by(), { ...wanted, channels: ['fax'] })).rejects.toMatchObject({
      code: 'bot_key_channel_unknown',
      status: 404,
    })
    expect(await keys.list(by())).toEqual([])
  })

  it('of another workspace is unknown', async () => {
    const { key, secret } = await keys.create(by(), wanted)
    const stranger = by('usr_eve', 'wsp_2')
    const unknown = { code: 'bot_key_not_found', status: 404 }
    await expect(keys.change(stranger, key.id, { name: 'Mine' })).rejects.toMatchObject(unknown)
    await expect(keys.rotate(stranger, key.id, 0)).rejects.toMatchObject(unknown)
    await expect(keys.revoke(stranger, key.id)).rejects.toMatchObject(unknown)
    expect(await keys.list(stranger)).toEqual([])
    expect(await keys.authenticate(secret)).toMatchObject({ name: 'Helper' })
  })

  it('of a closed workspace does not count', async () => {
    const { secret } = await keys.create(by(), wanted)
    await database.db.updateTable('workspaces').set({ disabled_at: new Date() }).execute()
    await expect(keys.authenticate(secret)).rejects.toMatchObject({ status: 401 })
  })
})

describe('without a key', () => {
  it('bots cannot call until one is made, and then must send it', async () => {
    const unconfigured = { code: 'bot_keys_unconfigured', status: 503 }
    await expect(keys.authenticate(undefined)).rejects.toMatchObject(unconfigured)
    await expect(keys.authenticate('pb_guess')).rejects.toMatchObject(unconfigured)
    await keys.create(by(), wanted)
    await expect(keys.authenticate(undefined)).rejects.toMatchObject({ code: 'bot_key_missing', status: 401 })
    await expect(keys.authenticate(['a', 'b'])).rejects.toMatchObject({ code: 'credential_invalid' })
  })

  it('whoever calls is the bot where authentication is disabled, until a key is made', async () => {
    keys = open({ mode: 'disabled' })
    await sync(keys)
    expect(await keys.authenticate(undefined)).toMatchObject({ keyId: environmentKeyId, channels: [] })
    await keys.create(by(), wanted)
    await expect(keys.authenticate(undefined)).rejects.toMatchObject({ code: 'bot_key_missing' })
  })
})

describe('the key of the environment', () => {
  it('counts for every channel as long as it is there, and is changed there only', async () => {
    keys = open({ environmentKey })
    await sync(keys)
    expect(await keys.authenticate(environmentKey)).toMatchObject({ keyId: environmentKeyId, channels: [] })
    const refusal = { code: 'bot_key_of_environment', status: 409 }
    await expect(keys.revoke(by(), environmentKeyId)).rejects.toMatchObject(refusal)
    await expect(keys.rotate(by(), environmentKeyId, 0)).rejects.toMatchObject(refusal)
    await expect(keys.change(by(), environmentKeyId, { name: 'x' })).rejects.toMatchObject(refusal)

    const without = open()
    await sync(without)
    await expect(without.authenticate(environmentKey)).rejects.toMatchObject({
      code: 'bot_keys_unconfigured',
    })
    const [listed] = await without.list(by())
    expect([listed?.id, listed?.revokedAt === null]).toEqual([environmentKeyId, false])
    await sync(keys)
    expect(await keys.authenticate(environmentKey)).toMatchObject({ keyId: environmentKeyId })
  })
})
