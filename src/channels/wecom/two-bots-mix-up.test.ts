import { afterEach, expect, it } from 'vitest'
import { realDependencies } from '../testing/channel-contract.ts'
import { MemoryInbox } from '../testing/memory-inbox.ts'
import { wecom } from './wecom.ts'
import { startWeComSimulator } from './testing/simulator.ts'

const endings: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

it('answers the same person by the bot that was asked', async () => {
  const simulator = await startWeComSimulator()
  endings.push(() => simulator.stop())
  const ada = simulator.platform.addPerson('Ada')
  const bots = ['Guide', 'Clerk'].map((name) => {
    const bot = simulator.platform.addBot(name)
    const inbox = new MemoryInbox()
    const channel = wecom.create({ id: name, settings: bot.settings, memory: inbox.memory }, realDependencies)
    const stop = new AbortController()
    const receiving = channel.receive(inbox, stop.signal)
    endings.push(() => {
      stop.abort()
      return receiving
    })
    return { name, channel, inbox, account: simulator.account(bot), room: bot.directRoom(ada) }
  })
  for (const { name, inbox, account, room } of bots) {
    await expect.poll(() => account.connection !== undefined).toBe(true)
    room.write(ada, `Who are you? I think ${name}`)
    await inbox.until(({ messages }) => messages.length > 0)
  }
  for (const { name, channel, inbox } of bots) {
    const [message] = inbox.messages
    await channel.send(message!.chat, { text: name, plain: name }, `answer of ${name}`)
  }
  for (const { name, inbox, room } of bots) {
    expect(inbox.messages.map(({ text }) => text)).toEqual([`Who are you? I think ${name}`])
    expect(room.messages().at(-1)).toMatchObject({ text: name, from: { name, isBot: true } })
    expect(room.messages()).toHaveLength(2)
  }
})
