import { expect, it } from 'vitest'
import { canReceiveWebhooks, type Channel } from '../channel.ts'
import { realDependencies } from '../testing/channel-contract.ts'
import { MemoryInbox } from '../testing/memory-inbox.ts'
import { listenForWebhooks } from '../testing/webhook-listener.ts'
import { teams } from './teams.ts'
import { startTeamsSimulator } from './testing/simulator.ts'

it('a person writes to two bots, and each answers in its own chat', async () => {
  await using simulator = await startTeamsSimulator()
  const ada = simulator.platform.addPerson('Ada')
  const start = async (name: string) => {
    const bot = simulator.platform.addBot(name)
    const inbox = new MemoryInbox()
    const { settings } = bot
    const channel: Channel = teams.create({ id: name, settings, memory: inbox.memory }, realDependencies)
    if (!canReceiveWebhooks(channel)) throw new Error('it receives no webhooks')
    const listener = await listenForWebhooks(channel, inbox)
    bot.deliverTo(listener.url)
    return { bot, inbox, channel, listener, room: bot.directRoom(ada) }
  }
  const sides = [await start('Sales'), await start('Support')]
  for (const { bot, inbox, channel, room } of sides) {
    room.write(ada, `to ${bot.name}`)
    await inbox.until(({ messages }) => messages.length > 0)
    const [message] = inbox.messages
    await channel.send(message!.chat, { text: `by ${bot.name}`, plain: '' }, 'key')
  }
  expect(sides.map(({ room }) => room.messages().map(({ text }) => text))).toEqual([
    ['to Sales', 'by Sales'],
    ['to Support', 'by Support'],
  ])
  const [ids] = sides.map(({ inbox }) => inbox.messages.map(({ sender }) => sender.id))
  expect(ids).toEqual([ada.id])
  // What is signed for one bot is not believed by the other.
  const [sales, support] = sides
  const token = await simulator.keys.sign(sales!.bot.settings.app_id, sales!.bot.serviceUrl)
  const headers = { authorization: `Bearer ${token}` }
  const body = JSON.stringify(sales!.bot.envelope())
  const response = await fetch(support!.listener.url, { method: 'POST', headers, body })
  expect(response.status).toBe(401)
  for (const { listener } of sides) await listener.close()
})
