import { SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { TokenOptions } from './testing/keys.ts'
import { startStage } from './testing/stage.ts'

let stage: Awaited<ReturnType<typeof startStage>>
let body: string
beforeAll(async () => {
  stage = await startStage()
  await stage.simulator.keys.add('key-webchat', ['webchat'])
  body = JSON.stringify(stage.payload('personal'))
})
afterAll(() => stage.simulator.stop())

const seconds = () => stage.clock.now / 1000

/** Judges and makes sure that the body was not parsed when the request is refused. */
async function judge(authorization: string | undefined) {
  const parse = vi.spyOn(JSON, 'parse')
  const verdict = await stage.judge(body, { headers: authorization === undefined ? {} : { authorization } })
  const wasParsed = parse.mock.calls.some(([text]) => text === body)
  parse.mockRestore()
  return { verdict, wasParsed }
}

describe('a request that is not by the Bot Connector is refused, and nothing of it is read', () => {
  it.each<[string, () => string | undefined | Promise<string>]>([
    ['without a token', () => undefined],
    ['with an empty token', () => 'Bearer '],
    ['with another scheme', async () => (await stage.bearer()).replace('Bearer', 'Basic')],
    ['with a text that is no token', () => 'Bearer x.y.z'],
    ['with a token of 20 kB', () => `Bearer ${'x'.repeat(20_000)}`],
    ['with an unsigned token', () => `Bearer ${new UnsecuredJWT(claims()).encode()}`],
    [
      'with a token that is signed by the client secret',
      async () =>
        `Bearer ${await new SignJWT(claims())
          .setProtectedHeader({ alg: 'HS256', kid: 'key-1' })
          .sign(Buffer.from(stage.bot.settings.app_password.padEnd(32)))}`,
    ],
    ['with a changed token', async () => `${(await stage.bearer()).slice(0, -6)}AAAAAA`],
    ['with a token for another bot', () => stage.bearer({ audience: 'another-app' })],
    ['with a token of another issuer', () => stage.bearer({ issuer: 'https://a.example' })],
    ['with a token that has ended', () => stage.bearer({ expiresAt: seconds() - 301 })],
    ['with a token that has not begun', () => stage.bearer({ notBefore: seconds() + 301 })],
  ])('%s', async (_, authorizationOf) => {
    const { verdict, wasParsed } = await judge(await authorizationOf())
    expect(verdict).toMatchObject({ kind: 'refused', status: 401 })
    expect(wasParsed).toBe(false)
  })

  it('with a key that is not published', async () => {
    await using strange = (await startStage()).simulator
    await strange.keys.add('key-strange', ['msteams'])
    const token = await strange.keys.sign(stage.bot.settings.app_id, stage.bot.serviceUrl, {
      kid: 'key-strange',
    })
    const { verdict, wasParsed } = await judge(`Bearer ${token}`)
    expect(verdict).toMatchObject({ kind: 'refused', status: 401 })
    expect(wasParsed).toBe(false)
  })

  it('too large', async () => {
    expect(await stage.judge('x'.repeat(1024 * 1024 + 1))).toMatchObject({ kind: 'refused', status: 400 })
  })

  it('not a POST', async () => {
    expect(await stage.judge('', { method: 'GET' })).toMatchObject({ kind: 'refused', status: 400 })
  })
})

function claims() {
  return {
    iss: 'https://api.botframework.com',
    aud: stage.bot.settings.app_id,
    serviceurl: stage.bot.serviceUrl,
    exp: seconds() + 3600,
  }
}

describe('an activity that says otherwise than its token is refused', () => {
  it.each<[string, TokenOptions, object]>([
    ['the token is for another address', { serviceUrl: 'https://smba.trafficmanager.net/amer/' }, {}],
    ['the activity names another address', {}, { serviceUrl: 'https://smba.trafficmanager.net/amer/' }],
    [
      'both name an address that is not of Microsoft',
      { serviceUrl: 'https://a.example/' },
      { serviceUrl: 'https://a.example/' },
    ],
    ['the key may not speak for Teams', { kid: 'key-webchat' }, {}],
    ['the activity names a platform that the key may not speak for', {}, { channelId: 'webchat' }],
    ['the activity names no platform', {}, { channelId: undefined }],
  ])('%s', async (_, token, over) => {
    // A key that was published just now is read after a pause.
    stage.clock.now += 301_000
    const authorization = await stage.bearer(token)
    const activity = JSON.stringify({ ...stage.payload('personal'), ...over })
    const verdict = await stage.judge(activity, { headers: { authorization } })
    expect(verdict).toMatchObject({ kind: 'refused', status: 401 })
  })
})

describe('what the Bot Connector signed', () => {
  it('is accepted five minutes after its end and before its begin, for clocks that differ', async () => {
    for (const token of [{ expiresAt: seconds() - 290 }, { notBefore: seconds() + 290 }]) {
      const verdict = await stage.judge(body, { headers: { authorization: await stage.bearer(token) } })
      expect(verdict.kind).toBe('accept')
    }
  })

  it('has the same key when it is replayed', async () => {
    const first = await stage.accept(stage.payload('personal'))
    const second = await stage.accept(stage.payload('personal'))
    expect(first.messages).toHaveLength(1)
    expect(second.messages).toEqual(first.messages)
  })

  it('is kept for people to look at when it is not JSON', async () => {
    expect(await stage.judge('{"type": ')).toMatchObject({
      kind: 'accept',
      batch: { messages: [], malformed: [{ reason: 'not JSON' }] },
    })
  })

  it('gets an answer when it waits for one', async () => {
    const verdict = await stage.judge(JSON.stringify(stage.payload('execute')))
    expect(verdict).toMatchObject({ kind: 'accept', contentType: 'application/json' })
    if (verdict.kind === 'accept') expect(JSON.parse(verdict.body ?? '')).toMatchObject({ statusCode: 200 })
  })
})
