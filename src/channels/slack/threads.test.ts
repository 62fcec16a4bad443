import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { InboundMessage } from '../channel.ts'
import { realDependencies } from '../testing/channel-contract.ts'
import { MemoryInbox } from '../testing/memory-inbox.ts'
import { slack } from './slack.ts'
import { setStage, type Stage } from './testing/stage.ts'

let stage: Stage

beforeEach(async () => {
  stage = await setStage()
})
afterEach(() => stage.stop())

/** What arrived under one key is one message for everyone above. */
async function arrived(count: number): Promise<InboundMessage[]> {
  const distinct = () => [...new Map(stage.inbox.messages.map((message) => [message.key, message])).values()]
  await stage.inbox.until(() => distinct().length >= count)
  return distinct()
}

describe('in a channel', () => {
  it('a mention is one message, though it comes twice, and opens a thread', async () => {
    const asked = stage.simulator.write(stage.group, stage.ada, `Hey ${stage.mention}: what is new?`)
    stage.simulator.write(stage.direct, stage.ada, 'last')
    const [message, last] = await arrived(2)
    expect(message).toMatchObject({
      key: `${stage.group.id}:${asked.ts}`,
      kind: 'message',
      text: 'Hey what is new?',
      addressed: true,
      chat: { chatId: stage.group.id, kind: 'group', topicId: asked.ts },
      space: stage.simulator.home.id,
      sender: { tenantId: stage.simulator.home.id, id: stage.ada.id, name: 'Ada', username: 'ada' },
    })
    expect(last).toMatchObject({ text: 'last' })
    await stage.channel.send(message!.chat, { text: 'Nothing', plain: 'Nothing' }, 'key')
    expect(stage.group.messages.at(-1)).toMatchObject({ threadTs: asked.ts })
  })

  it('hears everybody in a thread where it was asked, unless they speak to somebody else', async () => {
    const { ts: threadTs } = stage.simulator.write(stage.group, stage.ada, `${stage.mention} hello`)
    stage.simulator.write(stage.group, stage.bob, 'and for me', { threadTs })
    stage.simulator.write(stage.group, stage.bob, `<@${stage.ada.id}> is it right?`, { threadTs })
    const messages = await arrived(3)
    expect(messages.map(({ text, addressed }) => [text, addressed])).toEqual([
      ['hello', true],
      ['and for me', true],
      ['@Ada is it right?', false],
    ])
    expect(new Set(messages.map(({ chat }) => chat.topicId))).toEqual(new Set([threadTs]))
  })

  it('knows its threads after a restart', async () => {
    const { ts: threadTs } = stage.simulator.write(stage.group, stage.ada, `${stage.mention} hello`)
    await arrived(1)
    const inbox = new MemoryInbox(undefined, stage.memory)
    const bot = { id: 'bot_1', settings: stage.settings, memory: stage.memory }
    const stop = new AbortController()
    const second = slack.create(bot, realDependencies).receive(inbox, stop.signal)
    await stage.app.sockets.until(({ lines }) => lines.size === 2)
    // Two sockets take turns.
    stage.simulator.write(stage.group, stage.bob, 'go on', { threadTs })
    stage.simulator.write(stage.group, stage.bob, 'please', { threadTs })
    await inbox.until(({ messages }) => messages.length > 0)
    expect(inbox.messages[0]).toMatchObject({ addressed: true, chat: { topicId: threadTs } })
    stop.abort()
    await second
  })

  it('does not speak where it was not asked', async () => {
    const { ts: threadTs } = stage.simulator.write(stage.group, stage.ada, 'lunch?')
    stage.simulator.write(stage.group, stage.bob, 'yes', { threadTs })
    const [first, second] = await arrived(2)
    expect(first).toMatchObject({ addressed: false, chat: { chatId: stage.group.id, kind: 'group' } })
    expect(first?.chat.topicId).toBeUndefined()
    expect(second).toMatchObject({ addressed: false, chat: { topicId: threadTs } })
  })

  it('hears under a message of its own', async () => {
    const to = { chatId: stage.group.id, kind: 'group' } as const
    const sent = await stage.channel.send(to, { text: 'Good morning', plain: 'Good morning' }, 'key')
    stage.simulator.write(stage.group, stage.bob, 'good morning!', { threadTs: String(sent['ts']) })
    expect(await arrived(1)).toMatchObject([{ addressed: true, chat: { topicId: sent['ts'] } }])
  })

  it('is greeted when it is invited', async () => {
    const chat = stage.simulator.addChannel('new', [stage.ada])
    stage.simulator.invite(stage.app, chat, stage.ada)
    expect(await arrived(1)).toMatchObject([
      { kind: 'joined', chat: { chatId: chat.id, kind: 'group' }, sender: { id: stage.ada.id } },
    ])
  })
})

describe('in private', () => {
  it('the chat is one conversation, and its threads are others', async () => {
    const { ts: threadTs } = stage.simulator.write(stage.direct, stage.ada, 'hello')
    stage.simulator.write(stage.direct, stage.ada, 'aside', { threadTs })
    const [first, second] = await arrived(2)
    expect(first?.chat).toEqual({ chatId: stage.direct.id, kind: 'private' })
    expect(second?.chat).toEqual({ chatId: stage.direct.id, kind: 'private', topicId: threadTs })
  })

  it('an edit arrives, a link that unfolds does not', async () => {
    const message = stage.simulator.write(stage.direct, stage.ada, 'see https://example.com')
    stage.simulator.unfurl(stage.direct, message)
    stage.simulator.edit(stage.direct, message, 'see https://example.org')
    stage.simulator.unfurl(stage.direct, message)
    stage.simulator.write(stage.direct, stage.ada, 'last')
    const messages = await arrived(3)
    expect(messages.map(({ kind, text }) => [kind, text])).toEqual([
      ['message', 'see https://example.com'],
      ['edit', 'see https://example.org'],
      ['message', 'last'],
    ])
    expect(messages[1]?.messageId).toBe(messages[0]?.messageId)
  })

  it('a command reads as it was typed, and an opened chat is one arrival', async () => {
    stage.simulator.command(stage.app, stage.direct, stage.ada, '/connect abc def')
    stage.simulator.opensHome(stage.app, stage.ada)
    stage.simulator.opensHome(stage.app, stage.ada)
    stage.simulator.write(stage.direct, stage.ada, 'last')
    const messages = await arrived(3)
    expect(messages.map(({ kind, text }) => [kind, text])).toEqual([
      ['message', '/connect abc def'],
      ['joined', ''],
      ['message', 'last'],
    ])
    expect(messages[0]).toMatchObject({ addressed: true, sender: { name: 'Ada', id: stage.ada.id } })
    // A command has nothing that could be marked.
    await stage.channel.react(messages[0]!.chat, messages[0]!.messageId, 'working')
  })

  it('its own messages and edits, and those of other bots, are nobody’s', async () => {
    const to = { chatId: stage.direct.id, kind: 'private' } as const
    const sent = await stage.channel.send(to, { text: 'a', plain: 'a' }, 'key')
    await stage.channel.edit(sent, { text: 'b', plain: 'b' })
    const other = stage.simulator.addApp('Other').installations.get(stage.simulator.home.id)!
    stage.simulator.write(stage.group, other.user, `${stage.mention} beep`)
    stage.simulator.write(stage.direct, stage.ada, 'last')
    expect((await arrived(1)).map(({ text }) => text)).toEqual(['last'])
  })

  it('calls people by their id when their names cannot be read', async () => {
    stage.simulator.faults.add({ kind: 'refuse', error: 'missing_scope', needed: 'users:read' }, 'users.info')
    stage.simulator.write(stage.direct, stage.ada, 'hello')
    expect(await arrived(1)).toMatchObject([{ sender: { name: stage.ada.id }, text: 'hello' }])
  })
})
