import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MemoryInbox } from '../testing/memory-inbox.ts'
import { setDiscordStage, type DiscordStage } from './testing/stage.ts'

describe('slash commands and buttons', () => {
  let stage: DiscordStage
  beforeEach(async () => {
    stage = await setDiscordStage()
  })
  afterEach(() => stage.simulator.stop())

  const putsOf = () => stage.simulator.calls.filter(({ call }) => call.startsWith('PUT /applications/'))

  it('offers the commands when they differ, and only then', async () => {
    const first = await stage.receive()
    await expect.poll(() => stage.application.commands.length).toBe(10)
    await first.end()
    const second = await stage.receive(new MemoryInbox(first.inbox.cursor))
    await expect.poll(() => stage.simulator.calls.at(-1)?.call).toMatch(/^GET \/applications\/\d+\/commands$/)
    await second.end()
    expect(putsOf()).toHaveLength(1)
    const names = stage.application.commands.map(({ name }) => name)
    expect(names.toSorted()).toEqual(
      [
        'start',
        'connect',
        'disconnect',
        'whoami',
        'new',
        'stop',
        'help',
        'status',
        'sponsor',
        'unsponsor',
      ].sort(),
    )
    const offeredIn = new Map(stage.application.commands.map(({ name, contexts }) => [name, contexts]))
    expect(offeredIn.get('sponsor')).toEqual([0])
    expect(offeredIn.get('help')).toEqual([0, 1])
  })

  it('reads a command as text; a command in a server is heard without a mention', async () => {
    const { simulator, application, channel, direct, ada, guild } = stage
    const receiving = await stage.receive()
    const connect = { name: 'connect', type: 1, options: [{ name: 'code', type: 3, value: 'ABCD-1234' }] }
    const id = simulator.interact(application, direct, ada, connect)
    const thread = simulator.openThread(channel, 'plan', ada)
    simulator.interact(application, thread, ada, { name: 'stop', type: 1 })
    await receiving.inbox.until(({ messages }) => messages.length === 2)
    await receiving.end()
    expect(receiving.inbox.messages).toMatchObject([
      {
        key: id,
        text: '/connect ABCD-1234',
        chat: { chatId: direct.id, kind: 'private' },
        sender: { id: ada.id },
      },
      { text: '/stop', addressed: true, space: guild.id, chat: { chatId: channel.id, topicId: thread.id } },
    ])
    // Nothing can be replied to: an interaction is no message.
    expect(receiving.inbox.messages[1]?.chat).not.toHaveProperty('replyTo')
    expect(Math.abs(receiving.inbox.messages[0]!.sentAt - Date.now())).toBeLessThan(60_000)
  })

  it('tells Discord that they arrived after the commit, never before', async () => {
    const { simulator, application, direct, ada } = stage
    const receiving = await stage.receive()
    receiving.inbox.refusals = 1
    const id = simulator.interact(application, direct, ada, { name: 'help', type: 1 })
    expect(String(await receiving.ended)).toContain('not committed')
    expect(simulator.interactions.get(id)?.answer).toBeUndefined()

    const again = await stage.receive(new MemoryInbox(receiving.inbox.cursor))
    await expect
      .poll(() => simulator.interactions.get(id)?.answer)
      .toMatchObject({ type: 4, data: { flags: 64 } })
    expect(again.inbox.messages.map(({ text }) => text)).toEqual(['/help'])
    await again.end()
  })

  it('acknowledges a button without a word, and survives that it comes too late', async () => {
    const { simulator, application, direct, ada, bot } = stage
    const buttons = ['same', 'same', ''].map((value, index) => ({ label: `Choice ${index}`, value }))
    const to = { chatId: direct.id, kind: 'private' } as const
    await bot.send(to, { text: 'Which?', plain: 'Which?', buttons }, 'key-1')
    const message = direct.messages.at(-1)!
    const ids = message.components[0]!.components.map(({ custom_id }) => custom_id)
    const receiving = await stage.receive()
    const press = (custom_id: string) =>
      simulator.interact(application, direct, ada, { component_type: 2, custom_id }, message)
    const late = press(ids[0]!)
    simulator.interactions.delete(late)
    const pressed = press(ids[1]!)
    await expect.poll(() => simulator.interactions.get(pressed)?.answer).toEqual({ type: 6 })
    await receiving.end()
    expect(receiving.inbox.messages.map(({ text }) => text)).toEqual(['same', 'same'])
  })

  it('takes the buttons away with the final text', async () => {
    const { direct, bot } = stage
    const to = { chatId: direct.id, kind: 'private' } as const
    const buttons = [{ label: 'Yes', value: 'yes' }]
    const sent = await bot.send(to, { text: 'Sure?', plain: 'Sure?', buttons }, 'key-1')
    await bot.edit(sent, { text: 'Done.', plain: 'Done.' })
    expect(direct.messages.at(-1)).toMatchObject({ content: 'Done.', components: [] })
  })

  it('passes over a command that somebody used in a chat with somebody else', async () => {
    const { simulator, application, direct, ada } = stage
    const receiving = await stage.receive()
    const elsewhere = {
      id: simulator.world.newId(),
      application_id: application.id,
      type: 2,
      token: 't',
      context: 2,
      data: { name: 'new' },
    }
    simulator.gateway.dispatch('INTERACTION_CREATE', elsewhere, { to: () => true })
    simulator.write(direct, ada, 'the end')
    await receiving.inbox.until(({ messages }) => messages.length > 0)
    await receiving.end()
    expect(receiving.inbox.messages.map(({ text }) => text)).toEqual(['the end'])
    expect(receiving.inbox.malformed).toEqual([])
  })
})
