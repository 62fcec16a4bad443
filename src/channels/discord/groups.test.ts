import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { InboundMessage } from '../channel.ts'
import { setDiscordStage, type DiscordStage } from './testing/stage.ts'

describe('servers, channels and threads', () => {
  let stage: DiscordStage
  beforeEach(async () => {
    stage = await setDiscordStage()
  })
  afterEach(() => stage.simulator.stop())

  /** What was received of what happens while the bot is connected. */
  async function receiveOf(happen: () => void, count = 1): Promise<InboundMessage[]> {
    const receiving = await stage.receive()
    happen()
    stage.simulator.write(stage.direct, stage.ada, 'the end')
    await receiving.inbox.until(({ messages }) => messages.some(({ text }) => text === 'the end'))
    await receiving.end()
    const received = receiving.inbox.messages.filter(({ text }) => text !== 'the end')
    expect(received).toHaveLength(count)
    return received
  }

  it('hears a mention, takes it off, and names the server and the message', async () => {
    const { simulator, channel, ada, bob, application, guild } = stage
    const content = `<@${application.user.id}> ask <@${bob.id}> about <:shed:123456789>`
    const [message] = await receiveOf(() => simulator.write(channel, ada, content))
    expect(message).toMatchObject({
      text: 'ask @Bob about :shed:',
      addressed: true,
      space: guild.id,
      chat: { chatId: channel.id, kind: 'group', replyTo: message?.messageId },
      sender: { tenantId: '', id: ada.id, name: 'Ada', username: 'ada' },
    })
    expect(message?.chat).not.toHaveProperty('topicId')
  })

  it('is not addressed by what people say among themselves, nor by @everyone', async () => {
    const { simulator, channel, ada } = stage
    const received = await receiveOf(() => {
      simulator.write(channel, ada, 'good morning')
      simulator.write(channel, ada, '@everyone good morning')
    }, 2)
    expect(received.map(({ addressed }) => addressed)).toEqual([false, false])
  })

  it('is addressed by a reply to it', async () => {
    const { simulator, channel, ada, application } = stage
    const ours = simulator.write(channel, application.user, 'an answer')
    const [message] = await receiveOf(() =>
      simulator.write(channel, ada, 'and then?', { type: 19, referenced_message: ours }),
    )
    expect(message?.addressed).toBe(true)
  })

  it('keeps a thread apart from its channel; in its own threads it needs no mention', async () => {
    const { simulator, channel, ada, bob, application } = stage
    const answer = simulator.write(channel, application.user, 'an answer')
    const question = simulator.write(channel, ada, 'a question')
    const onOurs = simulator.openThread(channel, 'more', ada, answer)
    const byUs = simulator.openThread(channel, 'plan', application.user)
    const notOurs = simulator.openThread(channel, 'other', ada, question)
    const received = await receiveOf(() => {
      for (const thread of [onOurs, byUs, notOurs]) simulator.write(thread, bob, `in ${thread.name}`)
    }, 3)
    expect(received.map(({ text, addressed, chat }) => [text, addressed, chat.chatId, chat.topicId])).toEqual(
      [
        ['in more', true, channel.id, onOurs.id],
        ['in plan', true, channel.id, byUs.id],
        ['in other', false, channel.id, notOurs.id],
      ],
    )
  })

  it('answers inline as a reply, in a thread within the thread', async () => {
    const { simulator, channel, ada, application, bot } = stage
    const question = simulator.write(channel, ada, 'a question')
    const to = { chatId: channel.id, kind: 'group', replyTo: question.id } as const
    await bot.send(to, { text: 'here', plain: 'here' }, 'key-1')
    expect(channel.messages.at(-1)).toMatchObject({
      author: application.user,
      message_reference: { message_id: question.id },
    })
    const thread = simulator.openThread(channel, 'plan', ada)
    await bot.send({ ...to, topicId: thread.id }, { text: 'there', plain: 'there' }, 'key-2')
    expect(thread.messages.map(({ content }) => content)).toEqual(['there'])
  })

  it('answers although the question was deleted', async () => {
    const { channel, bot } = stage
    const to = { chatId: channel.id, kind: 'group', replyTo: '4711' } as const
    await bot.send(to, { text: 'still', plain: 'still' }, 'key-1')
    expect(channel.messages.at(-1)?.content).toBe('still')
  })

  it('asks once what a channel is', async () => {
    const { simulator, channel, ada } = stage
    const thread = simulator.openThread(channel, 'plan', ada)
    await receiveOf(() => {
      simulator.write(thread, ada, 'one')
      simulator.write(thread, ada, 'two')
      simulator.write(channel, ada, 'three')
    }, 3)
    const asked = simulator.calls.filter(({ call }) => /^GET \/channels\/\d+$/.test(call))
    expect(asked.map(({ call }) => call)).toEqual([`GET /channels/${thread.id}`])
  })

  it('never answers bots, itself, webhooks and service messages', async () => {
    const { simulator, channel, ada, application, direct } = stage
    const other = simulator.world.addUser('Another', true)
    const mention = `<@${application.user.id}> hello`
    await receiveOf(() => {
      simulator.write(channel, other, mention)
      simulator.write(direct, application.user, 'my own words')
      simulator.write(channel, ada, mention, { webhook_id: '77' } as object)
      simulator.write(channel, ada, '', { type: 7 })
    }, 0)
  })

  it('hears an edit as an edit, and not that a preview was added', async () => {
    const { simulator, direct, ada } = stage
    const message = simulator.write(direct, ada, 'frist')
    const received = await receiveOf(() => {
      simulator.tell('MESSAGE_UPDATE', direct, { ...message, embeds: [{ type: 'link' }] })
      simulator.edit(direct, message, 'first')
    })
    expect(received[0]).toMatchObject({ kind: 'edit', messageId: message.id, text: 'first', addressed: true })
    expect(received[0]?.key).not.toBe(message.id)
  })

  it('never shares a private conversation with a channel', async () => {
    const { simulator, channel, direct, ada, application } = stage
    const received = await receiveOf(() => {
      simulator.write(channel, ada, `<@${application.user.id}> in public`)
      simulator.write(direct, ada, 'in private')
    }, 2)
    const [group, alone] = received.map(({ chat }) => chat)
    expect([group?.kind, alone?.kind]).toEqual(['group', 'private'])
    expect(group?.chatId).not.toBe(alone?.chatId)
  })
})
