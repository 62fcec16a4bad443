import { afterAll, beforeAll, expect, it } from 'vitest'
import { openChannelsHouse, type ChannelsHouse } from '../channels/testing/channels-house.ts'

let house: ChannelsHouse
beforeAll(async () => {
  house = await openChannelsHouse()
})
afterAll(() => house.stop())

const ask = (
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  payload?: object,
  who: 'admin' | 'user' = 'admin',
) =>
  house.app.inject({
    method,
    url: `/api/bots${path}`,
    headers: house[who].headers,
    ...(payload && { payload }),
  })
interface Answer {
  id: string
  state: string
}
const values = (token: string) => ({ app_token: `good-${token}`, app_name: 'clerk' })
const stateOf = async (id: string) => (await ask('GET', `/${id}`)).json<Answer>().state
const usualRules = {
  people: [],
  groups: [],
  spaces: [],
  in_groups: 'mention',
  threads: 'own',
  welcome: '',
}

it('several of one channel, each with its agent, are created, changed, paused and removed', async () => {
  const first = await ask('POST', '', { channel: 'paper', name: 'Clerk', values: values('1') })
  expect([first.statusCode, first.json()]).toEqual([
    201,
    {
      id: expect.stringMatching(/^bot_/) as string,
      channel: 'paper',
      name: 'Clerk',
      agent: 'default',
      enabled: true,
      source: 'runtime',
      state: expect.any(String) as string,
      detail: null,
      credential_values: { app_token: '********', app_name: 'clerk' },
      rules: usualRules,
      webhook_url: null,
      can_install: false,
      installed_in: [],
    },
  ])
  const rules = { in_groups: 'everything', groups: ['-100'] }
  const made = { channel: 'paper', name: 'Scout', agent: 'guide', values: values('2'), rules }
  const second = (await ask('POST', '', made)).json<Answer>()
  expect(second).toMatchObject({ agent: 'guide', rules: { ...usualRules, ...rules } })
  await expect.poll(() => stateOf(second.id)).toBe('connected')

  const changed = await ask('PATCH', `/${second.id}`, { agent: 'default', rules: { threads: 'shared' } })
  expect(changed.json()).toMatchObject({
    name: 'Scout',
    agent: 'default',
    credential_values: { app_token: '********' },
    rules: { ...usualRules, ...rules, threads: 'shared' },
  })
  expect((await house.bots.find(house.db, second.id))!.settings).toEqual(values('2'))

  await ask('PATCH', `/${second.id}`, { enabled: false })
  await expect.poll(() => stateOf(second.id)).toBe('stopped')
  await expect.poll(() => stateOf(first.json<Answer>().id)).toBe('connected')

  expect((await ask('DELETE', `/${second.id}`)).statusCode).toBe(204)
  expect((await ask('DELETE', `/${second.id}`)).statusCode).toBe(404)
  const { bots } = (await ask('GET', '')).json<{ bots: { name: string }[] }>()
  expect(bots.map(({ name }) => name)).toEqual(['Clerk'])
})

it.each([
  [{ channel: 'none', name: 'x' }, 404, 'channel_unknown'],
  [{ channel: 'hidden', name: 'x' }, 400, 'channel_not_enabled'],
  [{ channel: 'paper', name: 'x' }, 400, 'channel_configuration_missing'],
  [
    { channel: 'paper', name: 'x', values: { app_token: 'bad', app_name: 'y' } },
    400,
    'channel_credentials_refused',
  ],
  [{ channel: 'paper', name: 'x', values: { ...values('3'), other: '1' } }, 422, 'channel_field_unknown'],
  [{ channel: 'paper', name: 'x', values: values('3'), agent: 'nobody' }, 422, 'bot_agent_unknown'],
  [{ channel: 'paper', name: 'Clerk', values: values('3') }, 409, 'bot_name_taken'],
  [{ channel: 'paper', name: '', values: values('3') }, 422, 'validation_failed'],
  [{ channel: 'paper', name: 'x', rules: { in_groups: 'maybe' } }, 422, 'validation_failed'],
  [{ channel: 'paper', name: 'x', rules: { everybody: true } }, 422, 'validation_failed'],
])('%o is refused, and nothing is stored', async (body, status, code) => {
  const before = (await house.bots.list(house.db)).length
  const refused = await ask('POST', '', body)
  expect([refused.statusCode, refused.json<{ code: string }>().code]).toEqual([status, code])
  expect(await house.bots.list(house.db)).toHaveLength(before)
})

it('is for administrators', async () => {
  for (const [method, path] of [
    ['GET', ''],
    ['POST', ''],
    ['PATCH', '/bot_1'],
    ['DELETE', '/bot_1'],
  ] as const)
    expect((await ask(method, path, {}, 'user')).statusCode).toBe(403)
})

it('never shows a secret, and a mask keeps it', async () => {
  const [bot] = await house.bots.list(house.db, { channel: 'paper' })
  const kept = await ask('PATCH', `/${bot!.id}`, { values: { app_token: '********', app_name: 'renamed' } })
  expect(kept.body).not.toContain('good-1')
  const { settings } = (await house.bots.find(house.db, bot!.id))!
  expect(settings).toEqual({ app_token: 'good-1', app_name: 'renamed' })
})

it("ends people's connections with the last bot of a channel only", async () => {
  const other = (
    await ask('POST', '', { channel: 'paper', name: 'Other', values: values('9') })
  ).json<Answer>()
  const [first] = await house.bots.list(house.db, { channel: 'paper' })
  const { code } = (await house.ask(house.user, 'POST', '/paper/connect', { bot_id: first!.id })).json<{
    code: string
  }>()
  await house.db.transaction().execute((tx) =>
    house.linking.redeem(tx, {
      code,
      channel: 'paper',
      botId: first!.id,
      identity: { tenantId: '', id: '42', name: 'Bob' },
      chat: { chatId: '42', kind: 'private' },
    }),
  )
  const status = async () =>
    (await house.ask(house.user, 'GET', '/connections'))
      .json<{ connections: { status: string }[] }>()
      .connections.map((connection) => connection.status)
  await ask('DELETE', `/${other.id}`)
  expect(await status()).toEqual(['connected'])
  await ask('DELETE', `/${first!.id}`)
  expect(await status()).toEqual(['revoked'])
})
