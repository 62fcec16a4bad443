import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NetworkError } from '../../lib/errors.ts'
import { MemoryInbox } from '../testing/memory-inbox.ts'
import { decodeDispatch } from './decode.ts'
import { isGatewayUrl } from './gateway.ts'
import { calls } from './testing/faults.ts'
import { createBot, setDiscordStage, type DiscordStage } from './testing/stage.ts'

const author = { id: '7', username: 'ada' }
const good = { id: '5', channel_id: '6', type: 0, content: 'x', author, timestamp: '2026-11-21T09:30:00Z' }
const command = { id: '5', type: 2, token: 't', channel_id: '6', user: author, data: { name: 'new' } }

describe('malformed events', () => {
  it.each<[string, string, unknown, string]>([
    ['null', 'MESSAGE_CREATE', null, 'not an object'],
    ['a text', 'MESSAGE_CREATE', 'hello', 'not an object'],
    ['a list', 'MESSAGE_CREATE', [], 'not an object'],
    ['no author', 'MESSAGE_CREATE', { ...good, author: undefined }, 'author'],
    [
      'an author without an id',
      'MESSAGE_CREATE',
      { ...good, author: { username: 'ada' } },
      'id is not an id',
    ],
    ['an id that is a path', 'MESSAGE_CREATE', { ...good, id: '../../users/@me' }, 'id is not an id'],
    ['a channel that is a path', 'MESSAGE_CREATE', { ...good, channel_id: '1/../2' }, 'channel_id'],
    ['a content that is a number', 'MESSAGE_CREATE', { ...good, content: 7 }, 'content'],
    ['a content of 1 MB', 'MESSAGE_CREATE', { ...good, content: 'x'.repeat(1_000_000) }, 'too long'],
    ['a time that is none', 'MESSAGE_CREATE', { ...good, timestamp: 'yesterday' }, 'timestamp'],
    ['mentions that are no list', 'MESSAGE_CREATE', { ...good, mentions: {} }, 'mentions'],
    [
      'an attachment without an address',
      'MESSAGE_CREATE',
      { ...good, attachments: [{ id: '1', filename: 'a', size: 1 }] },
      'url',
    ],
    ['a command without a name', 'INTERACTION_CREATE', { ...command, data: {} }, 'name'],
    [
      'a command with a strange name',
      'INTERACTION_CREATE',
      { ...command, data: { name: 'a b\n/stop' } },
      'name',
    ],
    ['an interaction of nobody', 'INTERACTION_CREATE', { ...command, user: undefined }, 'user'],
    ['a button without a message', 'INTERACTION_CREATE', { ...command, type: 3 }, 'message'],
  ])('%s is kept as malformed', async (_, type, data, reason) => {
    const around = { botId: '9', placeOf: async () => ({ kind: 'channel' as const }) }
    const decoded = await decodeDispatch({ type, seq: 1, data }, around)
    expect(decoded).toMatchObject({ kind: 'malformed', reason: expect.stringContaining(reason) as string })
    if (decoded.kind !== 'malformed') return
    expect(decoded.raw.length).toBeLessThanOrEqual(4000)
    expect(decoded.raw).not.toContain('"token":"t"')
  })
})

describe('a gateway that speaks nonsense', () => {
  let stage: DiscordStage
  beforeEach(async () => {
    stage = await setDiscordStage()
  })
  afterEach(() => stage.simulator.stop())

  // An unhandled rejection would fail the whole run.
  it.each(['{"op":10}', '{"op":9}', '{"op":0,"t":"READY","s":9}', '{"op":9,"d":null}'])(
    'ends the connection and nothing else: %s',
    async (frame) => {
      const receiving = await stage.receive()
      stage.simulator.gateway.raw(stage.application, frame)
      expect(await receiving.ended).toBeInstanceOf(NetworkError)
    },
  )

  it.each(['', 'null', '7', '[]', '"text"', '{not json', '{"op":77}'])('passes over %j', async (frame) => {
    const receiving = await stage.receive()
    stage.simulator.gateway.raw(stage.application, frame)
    stage.simulator.write(stage.direct, stage.ada, 'still here')
    await receiving.inbox.until(({ messages }) => messages.length === 1)
    expect(await receiving.end()).toBeUndefined()
  })

  it.each<[string, unknown]>([
    ['a text', 'cursor'],
    ['other fields', { offset: 7 }],
    ['a sequence that is none', { session_id: 'a', resume_gateway_url: 'wss://a', seq: 'x' }],
    ['an address elsewhere', { session_id: 'a', resume_gateway_url: 'ws://127.0.0.1:1', seq: 1 }],
  ])('a cursor that is %s begins anew', async (_, cursor) => {
    const receiving = await stage.receive(new MemoryInbox(cursor))
    await receiving.inbox.until(({ batches }) => batches.length > 0)
    expect(stage.simulator.gateway.identifies).toBe(1)
    await receiving.end()
  })

  it('is handed the token only where Discord is', () => {
    const real = { ownHost: undefined }
    expect(isGatewayUrl('wss://gateway.discord.gg', real)).toBe(true)
    expect(isGatewayUrl('wss://gateway-us-east1-b.discord.gg', real)).toBe(true)
    for (const url of [
      'ws://gateway.discord.gg',
      'wss://discord.gg.example',
      'wss://notdiscord.gg',
      'nowhere',
    ]) {
      expect(isGatewayUrl(url, real)).toBe(false)
    }
    expect(isGatewayUrl('ws://127.0.0.1:80', { ownHost: '127.0.0.1:81' })).toBe(false)
  })
})

describe('an API that speaks nonsense', () => {
  let stage: DiscordStage
  beforeEach(async () => {
    stage = await setDiscordStage()
  })
  afterEach(() => stage.simulator.stop())

  it.each([
    ['a page of a proxy instead of an answer', { kind: 'page', status: 200 }, 'transient'],
    ['a page of a firewall', { kind: 'page', status: 403 }, 'transient'],
    ['trouble on their side', { kind: 'refuse', status: 502, code: 0, message: 'Bad Gateway' }, 'transient'],
    [
      'a person who takes no messages',
      { kind: 'refuse', status: 403, code: 50007, message: 'Cannot send' },
      'gone',
    ],
    ['a closed thread', { kind: 'refuse', status: 400, code: 160005, message: 'Locked' }, 'gone'],
    [
      'a request that can never pass',
      { kind: 'refuse', status: 400, code: 50035, message: 'Invalid' },
      'invalid',
    ],
  ] as const)('%s is said to be so, and asked once', async (_, fault, kind) => {
    const { simulator, bot, direct } = stage
    simulator.faults.add(calls.send, fault)
    const sending = bot.send({ chatId: direct.id, kind: 'private' }, { text: 'x', plain: 'x' }, 'key-1')
    await expect(sending).rejects.toMatchObject({ kind })
    expect(simulator.calls.filter(({ call }) => calls.send.test(call)).length).toBeLessThanOrEqual(1)
  })

  it('finds its way back after a 401', async () => {
    const { simulator, bot, direct } = stage
    const to = { chatId: direct.id, kind: 'private' } as const
    simulator.faults.add(calls.send, { kind: 'refuse', status: 401, code: 0, message: '401: Unauthorized' })
    await expect(bot.send(to, { text: 'x', plain: 'x' }, 'key-1')).rejects.toMatchObject({
      kind: 'bad_credentials',
    })
    await expect(bot.send(to, { text: 'x', plain: 'x' }, 'key-1')).resolves.toHaveProperty('message_id')
  })

  it.each(['../@me', '1/2', '', '1?x'])('never puts the id %j into a path', async (chatId) => {
    const message = { text: 'x', plain: 'x' }
    await expect(stage.bot.send({ chatId, kind: 'private' }, message, 'key')).rejects.toMatchObject({
      kind: 'invalid',
    })
    await expect(stage.bot.edit({ channel_id: chatId, message_id: '1' }, message)).rejects.toMatchObject({
      kind: 'invalid',
    })
    expect(stage.simulator.calls).toEqual([])
  })

  it.each([
    ['no token', {}],
    ['a token of another shape', { bot_token: 'Bot abc' }],
    ['an api_root that is no address', { bot_token: 'a.b.c', api_root: 'discord' }],
  ])('%s is refused before anything is asked', (_, settings) => {
    expect(() => createBot(settings)).toThrow(expect.objectContaining({ kind: 'bad_credentials' }) as Error)
  })
})
