import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decode } from './decode.ts'
import type { Knowledge } from './knowledge.ts'
import { setStage, type Stage } from './testing/stage.ts'

const known: Knowledge = {
  botUserOf: () => 'U0BOT',
  personOf: () => undefined,
  takesPart: () => false,
}
const event = { type: 'message', channel: 'D0A', channel_type: 'im', user: 'U0A', text: 'x', ts: '1.000001' }
const outer = { team_id: 'T0A', event_id: 'Ev1' }

describe('malformed payloads', () => {
  it.each<[string, string, Record<string, unknown> | undefined]>([
    ['no payload', 'events_api', undefined],
    ['no event', 'events_api', outer],
    ['no team', 'events_api', { event }],
    ['an event that is a list', 'events_api', { ...outer, event: [event] }],
    ['no channel', 'events_api', { ...outer, event: { ...event, channel: undefined } }],
    ['a channel like a path', 'events_api', { ...outer, event: { ...event, channel: '../admin' } }],
    ['no ts', 'events_api', { ...outer, event: { ...event, ts: 5 } }],
    ['a user that is a number', 'events_api', { ...outer, event: { ...event, user: 7 } }],
    ['a text that is a list', 'events_api', { ...outer, event: { ...event, text: ['x'] } }],
    ['a text of 1 MB', 'events_api', { ...outer, event: { ...event, text: 'x'.repeat(1_000_000) } }],
    ['a command without a place', 'slash_commands', { command: '/new' }],
    [
      'a command without a name',
      'slash_commands',
      { team_id: 'T0A', channel_id: 'D0A', user_id: 'U0A', command: 'new', trigger_id: '1.2.x' },
    ],
    [
      'a button without a message',
      'interactive',
      { type: 'block_actions', actions: [{ type: 'button', value: 'x', action_ts: '1.2' }] },
    ],
  ])('%s is kept as malformed', (_, type, payload) => {
    expect(decode(type, payload, known)).toMatchObject({ kind: 'malformed' })
  })

  it.each<[string, string, Record<string, unknown>]>([
    ['an event to come', 'events_api', { ...outer, event: { type: 'canvas_sung' } }],
    ['an envelope to come', 'holograms', { any: 'thing' }],
    ['a deletion', 'events_api', { ...outer, event: { ...event, subtype: 'message_deleted' } }],
    ['somebody who joined', 'events_api', { ...outer, event: { ...event, subtype: 'channel_join' } }],
    ['another bot', 'events_api', { ...outer, event: { ...event, bot_id: 'B0A' } }],
    ['the bot itself', 'events_api', { ...outer, event: { ...event, user: 'U0BOT' } }],
    ['Slackbot', 'events_api', { ...outer, event: { ...event, user: 'USLACKBOT' } }],
    ['a view', 'interactive', { type: 'view_submission' }],
  ])('%s is passed over', (_, type, payload) => {
    expect(decode(type, payload, known)).toEqual({ kind: 'passed_over' })
  })

  it('strange files and attachments do no harm', () => {
    const files = [
      7,
      null,
      { id: '../../etc' },
      { id: 'F0A', mode: 'tombstone' },
      { id: 'F0B', mimetype: 'no' },
    ]
    const attachments = [7, { text: 'unfolded' }, { is_share: true, text: 'forwarded' }]
    const decoded = decode('events_api', { ...outer, event: { ...event, files, attachments } }, known)
    expect(decoded).toMatchObject({
      kind: 'message',
      message: {
        text: 'x\n> forwarded',
        files: [{ name: 'file', kind: 'document', mediaType: 'application/octet-stream' }],
      },
    })
  })
})

describe('strange frames', () => {
  let stage: Stage
  beforeEach(async () => {
    stage = await setStage()
  })
  afterEach(() => stage.stop())

  it('end nothing, and are kept', async () => {
    const { sockets } = stage.app
    for (const frame of ['', 'not JSON', '[]', '7', '{}', '{"type":7}', '{"type":"events_api"}'])
      sockets.sendRaw(frame)
    sockets.sendRaw(JSON.stringify({ type: 'events_api', envelope_id: 'e1' }))
    sockets.sendRaw(JSON.stringify({ type: 'events_api', envelope_id: 'e2', payload: { event: null } }))
    stage.simulator.write(stage.direct, stage.ada, 'hello')
    await stage.inbox.until(({ messages, malformed }) => messages.length > 0 && malformed.length === 9)
    expect(new Set(stage.inbox.malformed.map(({ key }) => key)).size).toBe(9)
    expect(stage.inbox.malformed.every(({ reason }) => reason !== '')).toBe(true)
  })

  it('a frame of 5 MB ends the connection and not the process', async () => {
    stage.app.sockets.sendRaw('x'.repeat(5 * 1024 * 1024))
    expect(String(await stage.ended)).toContain('No answer from slack')
  })

  it('a page of a proxy is no answer', async () => {
    stage.simulator.faults.add({ kind: 'page', status: 502 }, 'chat.postMessage')
    const to = { chatId: stage.direct.id, kind: 'private' } as const
    const sending = stage.channel.send(to, { text: 'x', plain: 'x' }, 'key')
    await expect(sending).rejects.toMatchObject({ name: 'NetworkError' })
  })

  it('a rate limit without a time is one all the same', async () => {
    const { openApi } = await import('./api.ts')
    const api = openApi({}, { fetch: async () => new Response('slow down', { status: 429 }) })
    await expect(api.call('xoxb-1', 'chat.postMessage')).rejects.toMatchObject({
      kind: 'rate_limited',
      retryAfterMs: undefined,
    })
  })

  it.each([
    'https://evil.example/socket',
    'file:///etc/passwd',
    'ws://localhost.evil.example/',
    7,
    undefined,
  ])('a socket elsewhere is not opened: %s', async (url) => {
    await stage.stop()
    const { openApi } = await import('./api.ts')
    const { stayConnected } = await import('./connection.ts')
    const fetch = async () => Response.json({ ok: true, url })
    const api = openApi({}, { fetch })
    const sleep = async () => undefined
    const line = {
      api,
      appToken: 'xapp-1',
      dependencies: { fetch, now: () => 0, sleep },
      sockets: new Set<never>(),
      onEnvelope: () => undefined,
      onLife: () => undefined,
    }
    await expect(stayConnected(line, new AbortController().signal)).rejects.toMatchObject({
      code: 'nonsense',
      kind: 'transient',
    })
  })
})
