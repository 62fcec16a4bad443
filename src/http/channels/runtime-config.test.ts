import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { FileBot } from '../../channels/bots.ts'
import { openChannelsHouse, type ChannelsHouse } from './testing/channels-house.ts'

const good = { app_token: 'good-1', app_name: 'clerk' }
const fileBot: FileBot = {
  channel: 'deep',
  name: 'deep',
  agent: 'guide',
  enabled: true,
  settings: { app_token: 'good-file', app_name: 'file', api_root: 'http://127.0.0.1:1' },
}

let house: ChannelsHouse
beforeAll(async () => {
  house = await openChannelsHouse({ fileBots: [fileBot] })
})
afterAll(() => house.stop())
afterEach(async () => {
  await house.db.deleteFrom('audit_entries').execute()
  await house.db.deleteFrom('connections').execute()
  const rows = await house.db.selectFrom('bots').select('id').execute()
  await house.db.transaction().execute(async (tx) => {
    for (const { id } of rows) await house.bots.discard(tx, id)
  })
})

const configure = (values: Record<string, string>, channel = 'paper') =>
  house.ask(house.admin, 'POST', `/${channel}/runtime-config`, { values })
const remove = (channel = 'paper') => house.ask(house.admin, 'DELETE', `/${channel}/runtime-config`)
const bots = (channel = 'paper') => house.bots.list(house.db, { channel })
const connect = async (channel = 'paper') => {
  const { code } = (await house.ask(house.user, 'POST', `/${channel}/connect`)).json<{ code: string }>()
  const [bot] = await bots(channel)
  const identity = { tenantId: 'T1', id: '42', name: 'Bob' }
  await house.db.transaction().execute((tx) =>
    house.linking.redeem(tx, {
      code,
      channel,
      botId: bot!.id,
      identity,
      chat: { chatId: '1', kind: 'private' },
    }),
  )
  return (await house.linking.resolve(house.db, [{ channel, tenantId: 'T1', externalId: '42' }]))[0]
}
const statuses = async () => (await house.linking.list(house.user.id)).map(({ status }) => status)

describe('entering credentials', () => {
  it('starts the channel and answers the new state', async () => {
    const answer = await configure(good)
    expect(answer.statusCode).toBe(200)
    expect(answer.json()).toMatchObject({
      provider: 'paper',
      configured: true,
      connectable: true,
      connection_status: 'not_connected',
      credential_values: { app_token: '********', app_name: 'clerk' },
      bots: [{ name: 'paper', enabled: true, state: 'connected' }],
    })
    expect(answer.body).not.toContain('good-1')
    expect(await bots()).toMatchObject([{ source: 'runtime', agent: 'default', settings: good }])
    const [row] = await house.db.selectFrom('bots').selectAll().execute()
    expect(JSON.stringify(row)).not.toContain('good-1')
  })

  it('again keeps what is masked or left out, and clears what is emptied', async () => {
    await configure({ ...good, proxy_token: 'p' })
    expect(
      (await configure({ app_token: '********', app_name: ' other ', proxy_token: '' })).statusCode,
    ).toBe(200)
    expect(await bots()).toMatchObject([
      { revision: 2, settings: { app_token: 'good-1', app_name: 'other' } },
    ])
    expect((await bots())[0]!.settings).not.toHaveProperty('proxy_token')
    await configure({ app_token: 'good-2' })
    expect(await bots()).toMatchObject([{ settings: { app_token: 'good-2', app_name: 'other' } }])
  })

  it('of two channels at once clobbers neither, and of one channel one after the other', async () => {
    const tokens = ['good-a', 'good-b', 'good-c']
    const answers = await Promise.all([
      ...tokens.map((app_token) => configure({ ...good, app_token })),
      ...tokens.map((app_token) => configure({ ...good, app_token }, 'deep')),
    ])
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200, 200, 200])
    for (const channel of ['paper', 'deep']) {
      expect(await bots(channel)).toMatchObject([{ channel, revision: 3, enabled: true }])
      expect(tokens).toContain((await bots(channel))[0]!.settings['app_token'])
    }
  })

  it('is recorded without a secret', async () => {
    await configure(good)
    await remove()
    const entries = await house.db
      .selectFrom('audit_entries')
      .selectAll()
      .where('subject_kind', '=', 'bot')
      .execute()
    expect(entries.map(({ action, actor_id }) => [action, actor_id])).toEqual([
      ['bot.configured', house.admin.id],
      ['bot.removed', house.admin.id],
    ])
    expect(JSON.stringify(entries)).not.toContain('good-1')
  })
})

describe('over a bot of the file', () => {
  const start = () => house.db.transaction().execute((tx) => house.bots.syncFile(tx, [fileBot]))
  beforeEach(start)

  it('what is typed wins, what only the file says stays, and the next start changes nothing', async () => {
    await configure({ app_token: 'good-typed', app_name: 'typed' }, 'deep')
    const settings = { app_token: 'good-typed', app_name: 'typed', api_root: 'http://127.0.0.1:1' }
    expect(await bots('deep')).toMatchObject([{ source: 'runtime', agent: 'guide', settings }])
    await start()
    expect(await bots('deep')).toMatchObject([{ source: 'runtime', settings }])
  })

  it('a removal outlives the next start, and new credentials find what else the file says', async () => {
    await remove('deep')
    await start()
    expect(await bots('deep')).toEqual([])
    expect((await configure({ app_name: 'typed' }, 'deep')).json()).toMatchObject({
      detail: 'Missing required channel configuration: App token',
    })
    await configure({ app_token: 'good-typed', app_name: 'typed' }, 'deep')
    expect(await bots('deep')).toMatchObject([
      { agent: 'guide', settings: { api_root: 'http://127.0.0.1:1' } },
    ])
  })
})

describe('withdrawing credentials', () => {
  it('stops the channel, ends the connections of all its people, and forgets', async () => {
    await configure(good)
    await configure(good, 'deep')
    expect(await connect()).toBeDefined()
    expect(await connect('deep')).toBeDefined()
    const answer = await remove()
    expect(answer.statusCode).toBe(200)
    expect(answer.json()).toMatchObject({
      configured: false,
      connectable: false,
      unavailable_reason: 'Enter the required Paper credentials to connect this channel.',
      credential_values: {},
      bots: [],
    })
    expect((await statuses()).toSorted()).toEqual(['connected', 'revoked'])
    expect((await bots('deep')).map(({ enabled }) => enabled)).toEqual([true])
    expect((await house.supervisor.states()).size).toBe(1)
    expect((await remove()).statusCode).toBe(200)
  })
})
