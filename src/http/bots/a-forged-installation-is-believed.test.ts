import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openChannelsHouse, type ChannelsHouse } from '../channels/testing/channels-house.ts'
import { beginInstall, comeBack, suite, type Begun } from './testing/suite.ts'

let house: ChannelsHouse
let botId: string
let begun: Begun
let logged = ''
const code = 'good-T9'
const settings = { app_token: 'good-1', client_id: 'client-1' }

beforeAll(async () => {
  const log = pino({ level: 'trace' }, { write: (line: string) => void (logged += line) })
  house = await openChannelsHouse({ channels: [suite], log })
  const { workspace_id: workspaceId } = await house.db
    .selectFrom('workspace_members')
    .select('workspace_id')
    .where('user_id', '=', house.admin.id)
    .executeTakeFirstOrThrow()
  botId = 'bot_suite'
  const bot = { id: botId, workspaceId, channel: 'suite', name: 'Clerk', agent: 'default', enabled: false }
  await house.db.transaction().execute((tx) => house.bots.save(tx, { ...bot, settings, source: 'runtime' }))
})
afterAll(() => house.stop())
beforeEach(async () => {
  begun = await beginInstall(house, botId)
})
/** Whatever was tried: nothing is stored, and the log has nothing that would let anybody in. */
afterEach(async () => {
  const bot = (await house.bots.find(house.db, botId))!
  expect([bot.revision, bot.settings]).toEqual([1, settings])
  for (const secret of [begun.state, begun.cookie.split('=')[1]!, code, 'bad-code']) {
    expect(logged).not.toContain(secret)
  }
})

const refusal = (error: string) => `/channels?install_failed=${error}`
const invalid = refusal('install_link_invalid')
const change = (table: 'users', values: { role?: string; banned?: boolean }) =>
  house.db.updateTable(table).set(values).where('id', '=', house.admin.id).execute()

describe('an installation is not believed', () => {
  it('without the cookie, as when another site brings the browser here', async () => {
    expect((await comeBack(house, undefined, { state: begun.state, code })).location).toBe(invalid)
  })

  it('in another browser, which has begun one of its own', async () => {
    const other = await beginInstall(house, botId)
    expect((await comeBack(house, other.cookie, { state: begun.state, code })).location).toBe(invalid)
    const [name] = begun.cookie.split('=')
    const renamed = `${name}=${other.cookie.split('=')[1]}`
    expect((await comeBack(house, renamed, { state: begun.state, code })).location).toBe(invalid)
  })

  it.each([
    ['no state', {}],
    ['another state', { state: 'A'.repeat(43) }],
    ['a state that is none', { state: "' or true --" }],
    ['an endless state', { state: 'A'.repeat(10_000) }],
    ['the zero character', { state: '\u0000' }],
  ])('with %s', async (_, query) => {
    expect((await comeBack(house, begun.cookie, { ...query, code })).location).toBe(invalid)
  })

  it('with two states', async () => {
    const query = `state=${begun.state}&state=${begun.state}&code=${code}`
    expect((await comeBack(house, begun.cookie, query)).location).toBe(invalid)
  })

  it('after ten minutes', async () => {
    const past = new Date(Date.now() - 1)
    await house.db.updateTable('installations').set({ expires_at: past }).execute()
    expect((await comeBack(house, begun.cookie, { state: begun.state, code })).location).toBe(invalid)
  })

  it.each([{ role: 'user' }, { banned: true }])(
    'of somebody who is no administrator any more: %o',
    async (values) => {
      await change('users', values)
      try {
        expect((await comeBack(house, begun.cookie, { state: begun.state, code })).location).toBe(invalid)
      } finally {
        await change('users', { role: 'admin', banned: false })
      }
    },
  )

  it.each([
    ['access_denied', 'install_denied'],
    ['invalid_scope', 'install_refused'],
  ])('when the platform says %s, also with a code', async (error, refused) => {
    const { location } = await comeBack(house, begun.cookie, { state: begun.state, code, error })
    expect(location).toBe(refusal(refused))
  })

  it.each([
    ['no code', {}],
    ['a code that the platform refuses', { code: 'bad-code' }],
    ['an endless code', { code: 'a'.repeat(5_000) }],
  ])('with %s, and not again either', async (_, query) => {
    const { location } = await comeBack(house, begun.cookie, { state: begun.state, ...query })
    expect(location).toBe(refusal('install_refused'))
    expect((await comeBack(house, begun.cookie, { state: begun.state, code })).location).toBe(invalid)
  })
})

it('a bot that was removed, or whose secrets do not open, stays as it is', async () => {
  await house.db.updateTable('bots').set({ removed_at: new Date() }).execute()
  const removed = await comeBack(house, begun.cookie, { state: begun.state, code })
  await house.db.updateTable('bots').set({ removed_at: null }).execute()
  expect(removed.location).toBe(refusal('bot_unknown'))

  const { secrets } = await house.db.selectFrom('bots').select('secrets').executeTakeFirstOrThrow()
  const another = await beginInstall(house, botId)
  await house.db.updateTable('bots').set({ secrets: 'changed from outside' }).execute()
  const damaged = await comeBack(house, another.cookie, { state: another.state, code })
  await house.db.updateTable('bots').set({ secrets }).execute()
  expect(damaged.location).toBe(refusal('channel_install_unprepared'))
})
