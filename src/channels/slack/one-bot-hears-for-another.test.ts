import { describe, expect, it } from 'vitest'
import { realDependencies } from '../testing/channel-contract.ts'
import { MemoryInbox } from '../testing/memory-inbox.ts'
import { PlainMemory } from '../testing/plain-memory.ts'
import { slack } from './slack.ts'
import { setStage } from './testing/stage.ts'

describe('two bots in one workspace', () => {
  it('each hear and answer what is said to them', async () => {
    const stage = await setStage()
    const bot = stage.simulator.platform.addBot('Helper')
    const helper = stage.simulator.apps[1]!
    const helperUser = helper.installations.get(stage.simulator.home.id)!.user
    stage.group.members.add(helperUser.id)
    const inbox = new MemoryInbox(undefined, new PlainMemory())
    const second = slack.create(
      { id: 'bot_2', settings: bot.settings, memory: new PlainMemory() },
      realDependencies,
    )
    const stop = new AbortController()
    const receiving = second.receive(inbox, stop.signal)

    const helperRoom = stage.simulator.directRoom(helper, stage.ada)
    stage.simulator.write(stage.direct, stage.ada, 'for the first')
    stage.simulator.write(helperRoom, stage.ada, 'for the second')
    await stage.inbox.until(({ messages }) => messages.length > 0)
    await inbox.until(({ messages }) => messages.length > 0)
    const [first] = stage.inbox.messages
    const [other] = inbox.messages
    expect(first).toMatchObject({ text: 'for the first', sender: { id: stage.ada.id } })
    expect(other).toMatchObject({ text: 'for the second', sender: { id: stage.ada.id } })
    await stage.channel.send(first!.chat, { text: 'first', plain: 'first' }, 'key-1')
    await second.send(other!.chat, { text: 'second', plain: 'second' }, 'key-2')
    expect(stage.direct.messages.map(({ text }) => text)).toEqual(['for the first', 'first'])
    expect(helperRoom.messages.map(({ text }) => text)).toEqual(['for the second', 'second'])

    // Both are in the channel and hear it; only one is spoken to.
    const { ts } = stage.simulator.write(stage.group, stage.ada, `<@${helperUser.id}> you`)
    await inbox.until(({ messages }) => messages.some(({ messageId }) => messageId === ts))
    await stage.inbox.until(({ messages }) => messages.some(({ messageId }) => messageId === ts))
    expect(inbox.messages.at(-1)).toMatchObject({ addressed: true, text: 'you' })
    expect(stage.inbox.messages.at(-1)).toMatchObject({ addressed: false, text: '@Helper you' })
    stop.abort()
    await receiving
    await stage.stop()
  })
})
