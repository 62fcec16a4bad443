import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createHmac } from 'node:crypto'
import { sample, startStage } from './testing/stage.ts'

let stage: Awaited<ReturnType<typeof startStage>>
beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage.simulator.stop())

const body = JSON.stringify(sample('text'))

describe('a request that is not by Meta is refused, and nothing of it is read', () => {
  it.each<[string, () => Record<string, string>]>([
    ['without a signature', () => ({})],
    ['with an empty signature', () => ({ 'x-hub-signature-256': '' })],
    ['with a bare algorithm', () => ({ 'x-hub-signature-256': 'sha256=' })],
    ['with a wrong signature', () => ({ 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` })],
    ['with the signature of another body', () => ({ 'x-hub-signature-256': stage.bot.sign(`${body} `) })],
    ['with the digest alone', () => ({ 'x-hub-signature-256': stage.bot.sign(body).slice(7) })],
    [
      'with the older algorithm',
      () => ({
        'x-hub-signature': `sha1=${createHmac('sha1', stage.bot.settings.app_secret).update(body).digest('hex')}`,
      }),
    ],
    [
      'signed with the verify token',
      () => ({
        'x-hub-signature-256': `sha256=${createHmac('sha256', stage.bot.settings.verify_token).update(body).digest('hex')}`,
      }),
    ],
  ])('%s', async (_, headersOf) => {
    const parse = vi.spyOn(JSON, 'parse')
    const verdict = await stage.judge(body, { headers: headersOf() })
    expect(parse).not.toHaveBeenCalled()
    parse.mockRestore()
    expect(verdict).toMatchObject({ kind: 'refused', status: 401 })
  })

  it('too large, although signed', async () => {
    const huge = JSON.stringify({ entry: 'x'.repeat(1024 * 1024) })
    expect(await stage.judge(huge)).toMatchObject({ kind: 'refused', status: 400 })
  })
})

describe('the handshake', () => {
  const greet = (query: Record<string, string>) => stage.judge('', { method: 'GET', headers: {}, query })
  const good = () => ({
    'hub.mode': 'subscribe',
    'hub.verify_token': stage.bot.settings.verify_token,
    'hub.challenge': '1158201444',
  })

  it('gives the challenge back to whoever knows the verify token', async () => {
    expect(await greet(good())).toEqual({
      kind: 'reply',
      status: 200,
      contentType: 'text/plain',
      body: '1158201444',
    })
  })

  it.each<[string, Record<string, string>, number]>([
    ['a wrong token', { 'hub.verify_token': 'verify-me-2' }, 403],
    ['no token', { 'hub.verify_token': '' }, 403],
    ['another mode', { 'hub.mode': 'unsubscribe' }, 403],
    ['a challenge that is a page', { 'hub.challenge': '<script>alert(1)</script>' }, 400],
  ])('refuses %s', async (_, over, status) => {
    expect(await greet({ ...good(), ...over })).toMatchObject({ kind: 'refused', status })
  })
})

describe('what Meta signed', () => {
  it('has the same key when it is replayed', async () => {
    const first = await stage.accept(sample('text'))
    const second = await stage.accept(sample('text'))
    expect(second.messages).toEqual(first.messages)
  })

  it('is kept for people to look at when it is not JSON', async () => {
    const verdict = await stage.judge('{"entry": [')
    expect(verdict).toMatchObject({
      kind: 'accept',
      batch: { messages: [], malformed: [{ reason: 'not JSON' }] },
    })
  })

  it('comes in order of time within a batch', async () => {
    const { messages } = await stage.accept(sample('several'))
    expect(messages.map(({ text }) => text)).toEqual(['earlier', 'later'])
  })
})
