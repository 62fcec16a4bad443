import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SimulatedBot, SimulatedPerson, SimulatedRoom } from '../../testing/simulated-platform.ts'
import { MemoryInbox } from '../../testing/memory-inbox.ts'
import { startDiscordSimulator, type DiscordSimulator } from './simulator.ts'
import { createBot } from './stage.ts'

describe('Discord as a page or a suite plays with it', () => {
  let simulator: DiscordSimulator
  let bot: SimulatedBot
  let ada: SimulatedPerson
  let room: SimulatedRoom
  beforeEach(async () => {
    simulator = await startDiscordSimulator()
    bot = simulator.platform.addBot('Portico')
    ada = simulator.platform.addPerson('Ada')
    room = bot.directRoom(ada)
  })
  afterEach(() => simulator.platform.stop())

  async function receive(settings = bot.settings) {
    const inbox = new MemoryInbox()
    const stop = new AbortController()
    const ended = createBot(settings)
      .receive(inbox, stop.signal)
      .catch((error: unknown) => error)
    await inbox.until(({ signsOfLife }) => signsOfLife > 0)
    const end = () => {
      stop.abort()
      return ended
    }
    return { inbox, ended, end }
  }

  it('delivers twice and in another order', async () => {
    const { inbox, end } = await receive()
    bot.faults.reorder?.()
    room.write(ada, 'first')
    room.write(ada, 'second')
    bot.faults.duplicate?.()
    await inbox.until(({ messages }) => messages.length === 3)
    await end()
    expect(inbox.messages.map(({ text }) => text)).toEqual(['second', 'first', 'first'])
    expect(new Set(inbox.messages.map(({ key }) => key)).size).toBe(2)
  })

  it('recycles a connection, and breaks it', async () => {
    const { inbox, ended } = await receive()
    bot.faults.recycle?.()
    await expect.poll(() => simulator.gateway.resumes).toBe(1)
    room.write(ada, 'hello')
    await inbox.until(({ messages }) => messages.length === 1)
    bot.faults.disconnect?.()
    expect(await ended).toMatchObject({ name: 'NetworkError' })
  })

  it('revokes a token', async () => {
    const { ended } = await receive()
    bot.faults.revoked?.()
    expect(await ended).toMatchObject({ kind: 'bad_credentials' })
  })

  it('has groups, where one can speak to the bot or aside', async () => {
    const group = bot.addGroup!('Workshop', [ada])
    const { inbox, end } = await receive()
    group.write(ada, 'hello')
    group.write(ada, 'among ourselves', { aside: true })
    await inbox.until(({ messages }) => messages.length === 2)
    await end()
    expect(inbox.messages.map(({ text, addressed }) => [text, addressed])).toEqual([
      ['hello', true],
      ['among ourselves', false],
    ])
    expect(group.messages()[1]).toMatchObject({
      text: 'among ourselves',
      from: { name: 'Ada', isBot: false },
    })
  })
})
