import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { BotSettings, LoginStep } from '../../channels/channel.ts'
import { paperChannel } from '../../channels/testing/paper-channel.ts'
import { NetworkError, PlatformError } from '../../lib/errors.ts'
import { openChannelsHouse, type ChannelsHouse } from './testing/channels-house.ts'

/** What the person does with the code; a test says so before it logs in. */
let phone: (settings: BotSettings, signal: AbortSignal) => AsyncIterable<LoginStep>

const scanned = paperChannel('scanned', 'Scanned', {
  credentialFields: [
    { name: 'app_token', label: 'App token', type: 'password', required: false },
    { name: 'account_id', label: 'Account', type: 'text', required: false, hidden: true },
  ],
  login: (settings, _dependencies, signal) => phone(settings, signal),
})

let house: ChannelsHouse
beforeAll(async () => {
  house = await openChannelsHouse({ channels: [scanned] })
  await house.app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(() => house.stop())
afterEach(async () => {
  const rows = await house.db.selectFrom('bots').select('id').execute()
  await house.db.transaction().execute(async (tx) => {
    for (const { id } of rows) await house.bots.discard(tx, id)
  })
})

const show = (qr: string): LoginStep => ({
  kind: 'show',
  text: 'Scan.',
  qr,
  expiresAt: Date.parse('2026-11-21T15:00:00Z'),
})
const done = (app_token: string): LoginStep => ({
  kind: 'done',
  settings: { app_token, account_id: 'acc-1' },
})

async function* steps(...all: (LoginStep | Error)[]): AsyncGenerator<LoginStep> {
  for (const step of all) {
    if (step instanceof Error) throw step
    yield step
  }
}

/** The events of a login that runs to its end. */
async function logIn() {
  const answer = await house.ask(house.admin, 'POST', '/scanned/login')
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([
    200,
    'text/event-stream; charset=utf-8',
  ])
  const lines = answer.body.split('\n').flatMap((line) => (line.startsWith('data: ') ? [line.slice(6)] : []))
  return {
    body: answer.body,
    events: lines.map((line) => (line === '[DONE]' ? line : (JSON.parse(line) as object))),
  }
}

const provider = async () => {
  const { providers } = (await house.ask(house.admin, 'GET', '/providers')).json<{
    providers: { provider: string }[]
  }>()
  return providers.find((one) => one.provider === 'scanned')
}
const bots = () => house.bots.list(house.db, { channel: 'scanned' })

describe('logging in', () => {
  it('is offered where there is a login, and not configured before', async () => {
    expect(await provider()).toMatchObject({
      configured: false,
      connectable: false,
      setup: { step: 'ask', fields: ['app_token'], login: true },
    })
  })

  it('shows each step, stores and starts the bot, and ends with the channel as it is', async () => {
    phone = () => steps(show('one'), show('two'), { kind: 'wait', text: 'Confirm.' }, done('good-1'))
    const { body, events } = await logIn()
    const expires_at = '2026-11-21T15:00:00.000Z'
    expect(events).toEqual([
      { step: 'show', text: 'Scan.', qr: 'one', expires_at },
      { step: 'show', text: 'Scan.', qr: 'two', expires_at },
      { step: 'wait', text: 'Confirm.' },
      { step: 'wait', text: 'The login is confirmed. The bot starts.' },
      { step: 'done', provider: await provider() },
      '[DONE]',
    ])
    expect(events.at(-2)).toMatchObject({
      provider: {
        configured: true,
        connectable: true,
        credential_values: { app_token: '********' },
        bots: [{ name: 'scanned', state: 'connected' }],
        setup: { step: 'done', login: true },
      },
    })
    expect(body).not.toContain('good-1')
    expect(await bots()).toMatchObject([
      { settings: { app_token: 'good-1', account_id: 'acc-1' }, enabled: true },
    ])
  })

  it('again begins with what is stored, and keeps the bot', async () => {
    phone = () => steps(done('good-1'))
    await logIn()
    const [before] = await bots()
    let known: BotSettings = {}
    phone = (settings) => {
      known = settings
      return steps(done('good-2'))
    }
    await logIn()
    expect(known).toMatchObject({ app_token: 'good-1', account_id: 'acc-1' })
    expect(await bots()).toMatchObject([{ id: before!.id, settings: { app_token: 'good-2' } }])
  })
})

it('asks, and goes on with what was typed, on whichever replica', async () => {
  phone = async function* () {
    const typed = Promise.withResolvers<string>()
    yield { kind: 'ask', text: 'Which number?', answer: typed.resolve }
    yield done(`good-${await typed.promise}`)
  }
  const { port } = house.app.server.address() as AddressInfo
  const answer = await fetch(`http://127.0.0.1:${port}/api/channels/scanned/login`, {
    method: 'POST',
    headers: house.admin.headers,
  })
  let body = ''
  for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
    const [, id] = /"login_id":"(\w+)"/.exec(body + chunk) ?? []
    if (id !== undefined && !body.includes('login_id')) {
      expect((await house.ask(house.user, 'POST', `/logins/${id}`, { value: '6' })).statusCode).toBe(403)
      await house.ask(house.admin, 'POST', '/logins/another', { value: '5' })
      expect((await house.ask(house.admin, 'POST', `/logins/${id}`, { value: ' 7 ' })).statusCode).toBe(204)
    }
    body += chunk
  }
  expect(body).toContain('"step":"done"')
  expect(await bots()).toMatchObject([{ settings: { app_token: 'good-7' } }])
})

describe('a login that fails', () => {
  it.each([
    [
      'by the platform',
      new PlatformError({ platform: 'scanned', code: 'late', kind: 'gone', description: 'nobody scanned' }),
      'channel_login_failed',
      'The login to Scanned failed. scanned refused (late): nobody scanned',
    ],
    [
      'for want of an answer',
      new NetworkError('scanned', new Error('refused')),
      'channel_login_failed',
      'The login to Scanned failed. No answer from scanned.',
    ],
    [
      'because what it gave is refused',
      done('bad'),
      'channel_credentials_refused',
      'Scanned refused these credentials. Check the values and try again.',
    ],
    [
      'because the bot does not start',
      done('good-mute'),
      'channel_start_failed',
      'Failed to start Scanned channel. Check the values and try again.',
    ],
  ] as const)('%s says why, and leaves everything as it was', async (_, end, code, text) => {
    phone = () => steps(done('good-0'))
    await logIn()
    phone = () => steps(show('one'), end)
    const { events } = await logIn()
    expect(events.slice(-2)).toEqual([{ step: 'failed', code, text }, '[DONE]'])
    expect(await bots()).toMatchObject([{ settings: { app_token: 'good-0' }, enabled: true }])
  })

  it('inside tells nothing', async () => {
    phone = () => steps(show('one'), new Error('a secret of ours'))
    const { body, events } = await logIn()
    expect(events).toHaveLength(1)
    expect(body).not.toContain('secret')
  })
})

it('ends when the administrator closes the page', async () => {
  const login = Promise.withResolvers<AbortSignal>()
  phone = async function* (_, signal) {
    yield show('one')
    login.resolve(signal)
    await once(signal, 'abort')
  }
  const { port } = house.app.server.address() as AddressInfo
  const path = '/api/channels/scanned/login'
  const asked = request({ port, host: '127.0.0.1', path, method: 'POST', headers: house.admin.headers })
  asked.on('error', () => undefined)
  asked.end()
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  answer.on('error', () => undefined)
  const [chunk] = (await once(answer, 'data')) as [Buffer]
  expect(chunk.toString()).toContain('"qr":"one"')
  const signal = await login.promise
  expect(signal.aborted).toBe(false)
  asked.destroy()
  await expect.poll(() => signal.aborted).toBe(true)
  expect(await bots()).toEqual([])
})

it.each([
  ['nobody', 'scanned', 401, 'not_signed_in'],
  ['user', 'scanned', 403, 'permission_missing'],
  ['admin', 'none', 404, 'channel_unknown'],
  ['admin', 'hidden', 400, 'channel_not_enabled'],
  ['admin', 'paper', 400, 'channel_login_absent'],
] as const)('%s at %s is answered %i %s before anything begins', async (who, name, status, code) => {
  const answer = await house.ask(who === 'nobody' ? undefined : house[who], 'POST', `/${name}/login`)
  expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([status, code])
})
