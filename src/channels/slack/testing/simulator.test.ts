import { LogLevel, SocketModeClient } from '@slack/socket-mode'
import { WebClient } from '@slack/web-api'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { App } from './apps.ts'
import { shownText } from './blocks.ts'
import { startSlackSimulator, type SlackSimulator } from './simulator.ts'
import type { Conversation, Installation, User } from './world.ts'

const silence = () => undefined
const logger = {
  debug: silence,
  info: silence,
  warn: silence,
  error: silence,
  setLevel: silence,
  setName: silence,
  getLevel: () => LogLevel.ERROR,
}

let simulator: SlackSimulator
let app: App
let home: Installation
let web: WebClient
let ada: User
let direct: Conversation
let group: Conversation

beforeEach(async () => {
  simulator = await startSlackSimulator()
  app = simulator.addApp('Portico')
  home = app.installations.get(simulator.home.id)!
  ada = simulator.addPerson('Ada')
  direct = simulator.directRoom(app, ada)
  group = simulator.addChannel('garden', [ada, home.user])
  web = clientOf(home.token)
})
afterEach(() => simulator.stop())

function clientOf(token: string): WebClient {
  return new WebClient(token, {
    slackApiUrl: `${simulator.url}/api/`,
    logger,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
  })
}

/** The time that it waits for a pong is also its pause before it connects again. */
function socketClient(clientPingTimeout = 30_000): SocketModeClient {
  return new SocketModeClient({
    appToken: app.appToken,
    logger,
    clientPingTimeout,
    clientOptions: { slackApiUrl: `${simulator.url}/api/` },
  })
}

interface Heard {
  ack: () => Promise<void>
  event: { text: string; ts: string; channel: string }
  body: Record<string, unknown>
}

function texts(chat: Conversation): string[] {
  return chat.messages.map((message) => shownText(message, (id) => id))
}

describe("the SDK's socket client as a judge", () => {
  it('receives, confirms, is recycled and receives on', async () => {
    const client = socketClient(1_000)
    const heard: string[] = []
    client.on('message', ({ ack, event }: Heard) => {
      heard.push(event.text)
      void ack()
    })
    await client.start()
    simulator.write(direct, ada, 'one')
    await expect.poll(() => heard).toEqual(['one'])
    app.sockets.recycle()
    await app.sockets.until(({ events }) => events.some(({ kind, line }) => kind === 'opened' && line === 2))
    simulator.write(direct, ada, 'two')
    await expect.poll(() => heard).toEqual(['one', 'two'])
    await app.sockets.until(({ events }) => events.filter(({ kind }) => kind === 'confirmed').length === 2)
    await client.disconnect()
  })

  it('gets a mention as two events, buttons and commands', async () => {
    const client = socketClient()
    const heard: string[] = []
    const hear = (name: string, textOf: (heard: Heard) => unknown) =>
      client.on(name, (one: Heard) => {
        heard.push(`${name}: ${String(textOf(one))}`)
        void one.ack()
      })
    hear('app_mention', ({ event }) => event.ts)
    hear('message', ({ event }) => event.ts)
    hear('slash_commands', ({ body }) => `${String(body['command'])} ${String(body['text'])}`)
    hear('interactive', ({ body }) => (body['actions'] as { value: string }[])[0]!.value)
    await client.start()
    const { ts } = simulator.write(group, ada, `<@${home.user.id}> hello`)
    await expect.poll(() => heard).toEqual([`app_mention: ${ts}`, `message: ${ts}`])
    simulator.command(app, direct, ada, '/new now')
    await web.chat.postMessage({
      channel: direct.id,
      text: 'Sure?',
      blocks: [
        { type: 'section', text: { type: 'plain_text', text: 'Sure?' } },
        {
          type: 'actions',
          elements: [
            { type: 'button', action_id: 'a', value: 'yes!', text: { type: 'plain_text', text: 'Yes' } },
          ],
        },
      ],
    })
    simulator.press(direct, ada, direct.messages.at(-1)!, 'Yes')
    await expect
      .poll(() => heard)
      .toEqual(expect.arrayContaining(['slash_commands: /new now', 'interactive: yes!']))
    await client.disconnect()
  })

  it('gets again what it did not confirm, on its next socket', async () => {
    const client = socketClient(1_000)
    const heard: unknown[] = []
    client.on('slack_event', ({ ack, retry_num }: Heard & { retry_num?: number }) => {
      heard.push(retry_num)
      if (retry_num !== undefined) void ack()
    })
    await client.start()
    simulator.write(direct, ada, 'one')
    await expect.poll(() => heard).toEqual([undefined])
    app.sockets.break()
    await expect.poll(() => heard).toEqual([undefined, 1])
    await client.disconnect()
  })
})

describe("the SDK's web client as a judge", () => {
  it('posts, changes and deletes', async () => {
    const { ts } = await web.chat.postMessage({ channel: direct.id, text: 'a &lt; b' })
    expect(texts(direct)).toEqual(['a < b'])
    await web.chat.update({
      channel: direct.id,
      ts: ts!,
      text: 'x',
      blocks: [{ type: 'markdown', text: '**y**' }],
    })
    expect(texts(direct)).toEqual(['y'])
    await web.chat.update({ channel: direct.id, ts: ts!, text: 'z' })
    expect(texts(direct)).toEqual(['y'])
    await web.chat.delete({ channel: direct.id, ts: ts! })
    expect(texts(direct)).toEqual([])
  })

  it('streams by its own streamer', async () => {
    const asked = simulator.write(group, ada, 'tell me')
    const streamer = web.chatStream({
      channel: group.id,
      thread_ts: asked.ts,
      recipient_team_id: ada.teamId,
      recipient_user_id: ada.id,
      buffer_size: 1,
    })
    await streamer.append({ markdown_text: '**one**' })
    await streamer.append({ markdown_text: ' two' })
    expect(group.messages.at(-1)).toMatchObject({ isStreaming: true, threadTs: asked.ts })
    await streamer.stop({ markdown_text: ' three' })
    expect(texts(group).at(-1)).toBe('one two three')
    const append = web.chat.appendStream({ channel: group.id, ts: streamer.ts!, markdown_text: 'x' })
    await expect(append).rejects.toMatchObject({ data: { error: 'message_not_in_streaming_state' } })
  })

  it('refuses a stream in a channel that names nobody', async () => {
    const asked = simulator.write(group, ada, 'tell me')
    const start = web.chat.startStream({ channel: group.id, thread_ts: asked.ts })
    await expect(start).rejects.toMatchObject({ data: { error: 'missing_recipient_team_id' } })
  })

  it('uploads a file', async () => {
    const file = Buffer.from('a plan')
    await web.filesUploadV2({ channel_id: direct.id, filename: 'plan.txt', file })
    expect(direct.messages.at(-1)!.files).toMatchObject([{ name: 'plan.txt' }])
    expect(Buffer.from(direct.messages.at(-1)!.files[0]!.bytes).toString()).toBe('a plan')
  })

  it('marks, looks up and opens', async () => {
    const { ts } = simulator.write(direct, ada, 'hello')
    await web.reactions.add({ channel: direct.id, timestamp: ts, name: 'eyes' })
    const again = web.reactions.add({ channel: direct.id, timestamp: ts, name: 'eyes' })
    await expect(again).rejects.toMatchObject({ data: { error: 'already_reacted' } })
    await web.reactions.remove({ channel: direct.id, timestamp: ts, name: 'eyes' })
    expect((await web.users.info({ user: ada.id })).user?.profile?.display_name).toBe('Ada')
    expect((await web.conversations.open({ users: ada.id })).channel?.id).toBe(direct.id)
    expect((await web.conversations.info({ channel: group.id })).channel?.name).toBe('garden')
    const thread = await web.conversations.replies({ channel: direct.id, ts })
    expect(thread.messages?.map(({ text }) => text)).toEqual(['hello'])
    await web.assistant.threads.setStatus({ channel_id: direct.id, thread_ts: ts, status: 'is thinking' })
    expect(direct.status.get(ts)).toBe('is thinking')
  })

  it('exchanges a code of OAuth once', async () => {
    const team = simulator.world.addTeam('Elsewhere')
    app.codes.set('c0de', team)
    const request = { client_id: app.clientId, client_secret: app.clientSecret, code: 'c0de' }
    const answer = await web.oauth.v2.access(request)
    expect(answer).toMatchObject({ team: { id: team.id }, token_type: 'bot' })
    expect((await clientOf(answer.access_token!).auth.test()).team_id).toBe(team.id)
    await expect(web.oauth.v2.access(request)).rejects.toMatchObject({ data: { error: 'invalid_code' } })
  })

  it('is told to wait, and refused, as it expects', async () => {
    const post = () => web.chat.postMessage({ channel: direct.id, text: 'x' })
    simulator.faults.add({ kind: 'rate_limit', retryAfter: 7 })
    await expect(post()).rejects.toMatchObject({ code: 'slack_webapi_rate_limited_error', retryAfter: 7 })
    await expect(clientOf('xoxb-wrong').auth.test()).rejects.toMatchObject({
      data: { error: 'invalid_auth' },
    })
    const blocks = [{ type: 'markdown' as const, text: 'x'.repeat(12_001) }]
    const long = web.chat.postMessage({ channel: direct.id, text: 'x', blocks })
    await expect(long).rejects.toMatchObject({ data: { error: 'msg_blocks_too_long' } })
  })
})
