import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ada, openCredentialHouse, type CredentialHouse, type Replica } from '../testing/credential-house.ts'
import { startFakeProvider, type FakeProvider } from '../testing/fake-provider.ts'

const need = { ...ada, provider: 'fake' }

let fake: FakeProvider
let house: CredentialHouse
let one: Replica
let two: Replica
beforeAll(async () => {
  fake = await startFakeProvider()
  house = await openCredentialHouse(fake.provider)
  one = await house.replica()
  two = await house.replica()
})
beforeEach(() => house.db.deleteFrom('credentials').execute())
afterAll(async () => {
  await house.close()
  await fake.close()
})

/** Connected, and in the memory of both. */
const connect = async () => {
  const { credential } = await house.connect(one, fake.provider, fake.grant())
  for (const { use } of [one, two]) await expect.poll(async () => (await use.find(need)).kind).toBe('found')
  return credential.id
}
/** How a replica answers, once it had the time to hear. */
const heard = ({ use }: Replica) =>
  expect.poll(() =>
    use.find(need).then(
      ({ kind }) => kind,
      (error: unknown) => (error as { code: string }).code,
    ),
  )

it('its deleter knows at once, every other replica when it hears', async () => {
  const id = await connect()
  await one.credentials.remove(ada, { kind: 'user', id: ada.userId }, { id })
  expect((await one.use.find(need)).kind).toBe('connect_required')
  await heard(two).toBe('connect_required')
})

it('nor one that was deleted by another way than ours', async () => {
  await connect()
  await house.db.deleteFrom('credentials').execute()
  await heard(one).toBe('connect_required')
  await heard(two).toBe('connect_required')
})

describe('nor that of somebody', () => {
  it('who was banned', async () => {
    await connect()
    const ban = (banned: boolean) =>
      house.db.updateTable('users').set({ banned }).where('id', '=', ada.userId).execute()
    await ban(true)
    await heard(two).toBe('user_banned')
    await ban(false)
    await heard(two).toBe('found')
  })

  it('whose workspace was disabled', async () => {
    await connect()
    const disable = (disabled_at: Date | null) =>
      house.db.updateTable('workspaces').set({ disabled_at }).execute()
    await disable(new Date())
    await heard(two).toBe('no_workspace')
    await disable(null)
    await heard(two).toBe('found')
  })

  it('who is no member any more', async () => {
    await connect()
    await house.db.deleteFrom('workspace_members').where('user_id', '=', ada.userId).execute()
    await heard(two).toBe('no_workspace')
    const member = { workspace_id: 'wsp_1', user_id: ada.userId, role: 'member' } as const
    await house.db.insertInto('workspace_members').values(member).execute()
    await heard(two).toBe('found')
  })
})

it('nor for longer than a minute, should nobody have told', async () => {
  await connect()
  await two.use.find(need)
  const tell = (how: 'enable' | 'disable') =>
    sql`alter table credentials ${sql.raw(how)} trigger credentials_changed`.execute(house.db)
  await tell('disable')
  await house.db.deleteFrom('credentials').execute()
  house.pass(59_000)
  expect((await two.use.find(need)).kind).toBe('found')
  house.pass(1_000)
  expect((await two.use.find(need)).kind).toBe('connect_required')
  await tell('enable')
})

it('nor while nobody could tell us: then nothing is kept', async () => {
  await connect()
  const deaf = await house.replica({
    signals: { ...silent(), connected: false },
  })
  expect((await deaf.use.find(need)).kind).toBe('found')
  await house.db.deleteFrom('credentials').execute()
  expect((await deaf.use.find(need)).kind).toBe('connect_required')
})

/** Signals whose connection is down. */
function silent() {
  const nothing = () => () => {}
  return { send: () => Promise.resolve(), on: nothing, onReconnected: nothing, stop: () => Promise.resolve() }
}
