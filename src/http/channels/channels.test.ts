import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openChannelsHouse, type ChannelsHouse } from './testing/channels-house.ts'

let house: ChannelsHouse
beforeAll(async () => {
  house = await openChannelsHouse()
})
afterAll(() => house.stop())

const good = { app_token: 'good-1', app_name: 'clerk' }
const who = (name: 'nobody' | 'user' | 'admin') => (name === 'nobody' ? undefined : house[name])
const configure = (channel: string, values: Record<string, string>) =>
  house.ask(house.admin, 'POST', `/${channel}/runtime-config`, { values })
const providerOf = async (name: string, by = house.user) => {
  const answer = await house.ask(by, 'GET', '/providers')
  return answer
    .json<{ providers: { provider: string }[] }>()
    .providers.find(({ provider }) => provider === name)
}
const redeem = (code: string, id: string, channel = 'paper') =>
  house.db.transaction().execute(async (tx) => {
    const [bot] = await house.bots.list(tx, { channel })
    return house.linking.redeem(tx, {
      code,
      channel,
      botId: bot!.id,
      identity: { tenantId: '', id, name: 'Bob B.', username: 'bob' },
      chat: { chatId: `chat-${id}`, kind: 'private' },
    })
  })

const states = async () => [...(await house.supervisor.states()).values()].map(({ state }) => state)

describe('before anything is configured', () => {
  const credentials = 'Admin privileges required to manage channel runtime credentials.'
  const workers = 'Admin privileges required to manage channel runtime workers.'
  const values = { values: good }

  it.each([
    ['nobody', 'GET', '', undefined, 401, 'Sign in, or send a credential.'],
    ['nobody', 'GET', '/providers', undefined, 401, 'Sign in, or send a credential.'],
    ['nobody', 'GET', '/connections', undefined, 401, 'Sign in, or send a credential.'],
    ['nobody', 'DELETE', '/connections/con_1', undefined, 401, 'Sign in, or send a credential.'],
    ['nobody', 'POST', '/paper/connect', undefined, 401, 'Sign in, or send a credential.'],
    ['nobody', 'POST', '/paper/runtime-config', values, 401, 'Sign in, or send a credential.'],
    ['nobody', 'DELETE', '/paper/runtime-config', undefined, 401, 'Sign in, or send a credential.'],
    ['nobody', 'POST', '/paper/restart', undefined, 401, 'Sign in, or send a credential.'],
    ['user', 'DELETE', '/connections/con_1', undefined, 404, 'Channel connection not found'],
    ['user', 'POST', '/none/connect', undefined, 404, 'Unknown channel provider'],
    ['user', 'POST', '/enabled/connect', undefined, 404, 'Unknown channel provider'],
    ['user', 'POST', '/__proto__/connect', undefined, 404, 'Unknown channel provider'],
    ['user', 'POST', '/hidden/connect', undefined, 400, 'Channel provider is not enabled'],
    ['user', 'POST', '/paper/connect', { bot_id: 'bot_1' }, 404, 'Unknown bot'],
    [
      'user',
      'POST',
      '/paper/connect',
      {},
      400,
      'Enter the required Paper credentials to connect this channel.',
    ],
    [
      'user',
      'POST',
      '/paper/connect',
      { bot: 1 },
      422,
      'The request does not have the form that is described.',
    ],
    ['user', 'POST', '/paper/runtime-config', values, 403, credentials],
    ['user', 'POST', '/paper/runtime-config', {}, 403, credentials],
    ['user', 'DELETE', '/paper/runtime-config', undefined, 403, credentials],
    ['user', 'POST', '/paper/restart', undefined, 403, workers],
    ['admin', 'POST', '/none/runtime-config', values, 404, 'Unknown channel provider'],
    ['admin', 'POST', '/hidden/runtime-config', values, 400, 'Channel provider is not enabled'],
    [
      'admin',
      'POST',
      '/paper/runtime-config',
      {},
      422,
      'The request does not have the form that is described.',
    ],
    [
      'admin',
      'POST',
      '/paper/runtime-config',
      { values: { app_token: 1 } },
      422,
      'The request does not have the form that is described.',
    ],
    [
      'admin',
      'POST',
      '/paper/runtime-config',
      { values: { ...good, colour: 'red' } },
      422,
      'This channel has no such field.',
    ],
    [
      'admin',
      'POST',
      '/paper/runtime-config',
      { values: {} },
      400,
      'Missing required channel configuration: App token, App name',
    ],
    [
      'admin',
      'POST',
      '/paper/runtime-config',
      { values: { ...good, app_name: '  ' } },
      400,
      'Missing required channel configuration: App name',
    ],
    [
      'admin',
      'POST',
      '/paper/runtime-config',
      { values: { ...good, app_token: '********' } },
      400,
      'Missing required channel configuration: App token',
    ],
    [
      'admin',
      'POST',
      '/paper/runtime-config',
      { values: { ...good, proxy_token: '********' } },
      400,
      'Missing required channel configuration: Proxy token',
    ],
    [
      'admin',
      'POST',
      '/paper/runtime-config',
      { values: { ...good, app_token: 'bad' } },
      400,
      'Paper refused these credentials. Check the values and try again.',
    ],
    ['admin', 'DELETE', '/none/runtime-config', undefined, 404, 'Unknown channel provider'],
    ['admin', 'DELETE', '/hidden/runtime-config', undefined, 400, 'Channel provider is not enabled'],
  ] as const)('%s: %s %s %j answers %i', async (name, method, path, body, status, detail) => {
    const answer = await house.ask(who(name), method, path, body)
    expect([answer.statusCode, answer.json<{ detail: string }>().detail]).toEqual([status, detail])
    expect(await house.db.selectFrom('bots').select('id').execute()).toEqual([])
  })

  it('the lists are answered all the same', async () => {
    expect((await house.ask(house.user, 'GET', '')).json()).toEqual({
      service_running: true,
      channels: {
        paper: { enabled: false, running: false },
        deep: { enabled: false, running: false },
        hidden: { enabled: false, running: false },
      },
    })
    const providers = (await house.ask(house.user, 'GET', '/providers')).json<{
      enabled: boolean
      providers: object[]
    }>()
    expect(providers.enabled).toBe(true)
    expect(providers.providers).toHaveLength(2)
    expect(providers.providers[0]).toEqual({
      provider: 'paper',
      display_name: 'Paper',
      logo: expect.stringContaining('<svg') as string,
      enabled: true,
      configured: false,
      connectable: false,
      unavailable_reason: 'Enter the required Paper credentials to connect this channel.',
      auth_mode: 'binding_code',
      account_required: false,
      connection_status: 'not_connected',
      credential_fields: [
        { name: 'app_token', label: 'App token', type: 'password', required: true },
        { name: 'app_name', label: 'App name', type: 'text', required: true },
        { name: 'proxy_token', label: 'Proxy token', type: 'password', required: false },
      ],
      credential_values: {},
      bots: [],
      setup: { step: 'ask', fields: ['app_token', 'app_name', 'proxy_token'] },
    })
    expect((await house.ask(house.user, 'GET', '/connections')).json()).toEqual({ connections: [] })
  })

  it('a restart of what is not there fails in words, not in status', async () => {
    for (const name of ['paper', 'none'])
      expect((await house.ask(house.admin, 'POST', `/${name}/restart`)).json()).toEqual({
        success: false,
        message: `Failed to restart channel ${name}`,
      })
  })
})

describe('once it is configured', () => {
  beforeAll(async () => {
    await configure('paper', { ...good, proxy_token: 'p' })
    await configure('deep', { app_token: 'good-2' })
  })

  it('a provider shows secrets as a mask, and text to administrators only', async () => {
    const masked = { app_token: '********', proxy_token: '********' }
    expect(await providerOf('paper', house.admin)).toMatchObject({
      credential_values: { ...masked, app_name: 'clerk' },
    })
    const shown = await providerOf('paper')
    expect(shown).toMatchObject({
      credential_values: masked,
      configured: true,
      connectable: true,
      unavailable_reason: null,
    })
    expect(shown).toMatchObject({
      setup: { step: 'done' },
      bots: [{ name: 'paper', agent: 'default', state: 'connected' }],
    })
    expect(JSON.stringify(shown)).not.toContain('clerk')
    expect(await providerOf('deep', house.admin)).toMatchObject({
      credential_values: { app_name: 'from_file' },
    })
    expect((await house.ask(house.user, 'GET', '')).json()).toMatchObject({
      channels: { paper: { enabled: true, running: true }, hidden: { enabled: false, running: false } },
    })
  })

  it('a code is given with an instruction, and a link where the channel has one', async () => {
    const typed = (await house.ask(house.user, 'POST', '/paper/connect')).json<{ code: string }>()
    expect(typed).toEqual({
      provider: 'paper',
      mode: 'binding_code',
      url: null,
      code: expect.stringMatching(/^[\w-]{22}$/) as string,
      instruction: `Send /connect ${typed.code} to the Portico Paper bot.`,
      expires_in: 600,
    })
    const [bot] = await house.bots.list(house.db, { channel: 'deep' })
    const linked = (await house.ask(house.user, 'POST', '/deep/connect', { bot_id: bot!.id })).json<{
      code: string
    }>()
    expect(linked).toMatchObject({
      mode: 'deep_link',
      url: `https://deep.example/from_file?start=${linked.code}`,
      instruction: `Send /start ${linked.code} to the Portico Deep bot.`,
    })
  })

  it('the sixth live code is refused until one is used or expires', async () => {
    const answers = []
    for (let count = 0; count < 6; count++)
      answers.push(await house.ask(house.admin, 'POST', '/paper/connect', {}))
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200, 200, 429])
    expect(answers[5]!.json()).toMatchObject({
      code: 'too_many_connect_codes',
      detail:
        'Too many pending channel connection codes. Wait for existing codes to expire or use one of them.',
    })
    expect(Number(answers[5]!.headers['retry-after'])).toBeGreaterThan(590)
  })

  it('a connection is shown to its owner, and ended by nobody else', async () => {
    const { code } = (await house.ask(house.user, 'POST', '/paper/connect')).json<{ code: string }>()
    const redeemed = await redeem(code, '42')
    if (redeemed.kind !== 'connected') throw new Error('not connected')
    const { id } = redeemed.connection
    expect((await house.ask(house.user, 'GET', '/connections')).json()).toEqual({
      connections: [
        {
          id,
          provider: 'paper',
          status: 'connected',
          external_account_id: '42',
          external_account_name: 'Bob B.',
          workspace_id: 'chat-42',
          workspace_name: null,
          scopes: [],
          metadata: { chat_id: 'chat-42', chat_type: 'private', username: 'bob' },
        },
      ],
    })
    expect(await providerOf('paper')).toMatchObject({ connection_status: 'connected' })
    expect(await providerOf('paper', house.admin)).toMatchObject({ connection_status: 'not_connected' })
    expect((await house.ask(house.admin, 'GET', '/connections')).json()).toEqual({ connections: [] })

    expect((await house.ask(house.admin, 'DELETE', `/connections/${id}`)).statusCode).toBe(404)
    expect(await providerOf('paper')).toMatchObject({ connection_status: 'connected' })
    for (const attempt of ['first', 'second']) {
      const deleted = await house.ask(house.user, 'DELETE', `/connections/${id}`)
      expect([attempt, deleted.statusCode, deleted.body]).toEqual([attempt, 204, ''])
    }
    expect(await providerOf('paper')).toMatchObject({ connection_status: 'revoked' })
    expect((await house.ask(house.user, 'GET', '/connections')).json()).toMatchObject({
      connections: [{ status: 'revoked' }],
    })
  })

  it('the newest connection of several decides what a provider shows', async () => {
    const connect = async (id: string) => {
      const { code } = (await house.ask(house.user, 'POST', '/deep/connect')).json<{ code: string }>()
      const redeemed = await redeem(code, id, 'deep')
      return redeemed.kind === 'connected' ? redeemed.connection.id : ''
    }
    const older = await connect('1')
    const newer = await connect('2')
    await house.ask(house.user, 'DELETE', `/connections/${older}`)
    expect(await providerOf('deep')).toMatchObject({ connection_status: 'connected' })
    await house.ask(house.user, 'DELETE', `/connections/${newer}`)
    expect(await providerOf('deep')).toMatchObject({ connection_status: 'revoked' })
  })

  it('a running channel is restarted', async () => {
    expect((await house.ask(house.admin, 'POST', '/paper/restart')).json()).toEqual({
      success: true,
      message: 'Channel paper restarted successfully',
    })
  })

  it('a channel that is away is not connectable: connected shows as not connected, revoked stays', async () => {
    const connect = () => house.ask(house.user, 'POST', '/paper/connect')
    // It may still be coming up after its restart, and then says so.
    const answer = await vi.waitUntil(
      async () => {
        const answer = await connect()
        return answer.statusCode === 200 && answer
      },
      { timeout: 15_000 },
    )
    const redeemed = await redeem(answer.json<{ code: string }>().code, '77')
    expect(redeemed).toMatchObject({ kind: 'connected' })
    for (const bot of await house.bots.list(house.db))
      await house.db.transaction().execute((tx) => house.bots.save(tx, { ...bot, enabled: false }))
    await expect.poll(states).toEqual(['stopped', 'stopped'])

    const reason = 'Paper channel is configured but is not running. Check the credentials and service logs.'
    expect(await providerOf('paper')).toMatchObject({
      configured: true,
      connectable: false,
      unavailable_reason: reason,
      connection_status: 'not_connected',
      setup: { step: 'show', text: reason },
    })
    expect(await providerOf('deep')).toMatchObject({ connection_status: 'revoked' })
    const refused = await house.ask(house.user, 'POST', '/paper/connect')
    expect([refused.statusCode, refused.json<{ detail: string }>().detail]).toEqual([400, reason])
    // Looking starts nothing.
    expect(await states()).toEqual(['stopped', 'stopped'])
    expect((await house.ask(house.admin, 'POST', '/paper/restart')).json()).toMatchObject({ success: true })
  })
})
