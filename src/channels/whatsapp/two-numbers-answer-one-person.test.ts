import { expect, it } from 'vitest'
import { canReceiveWebhooks, type Channel } from '../channel.ts'
import { realDependencies } from '../testing/channel-contract.ts'
import { MemoryInbox } from '../testing/memory-inbox.ts'
import { listenForWebhooks } from '../testing/webhook-listener.ts'
import { startWhatsAppSimulator } from './testing/simulator.ts'
import { whatsapp } from './whatsapp.ts'

it('a person writes to two numbers, and each answers in its own chat', async () => {
  await using simulator = await startWhatsAppSimulator()
  const ada = simulator.platform.addPerson('Ada')
  const start = async (name: string) => {
    const bot = simulator.platform.addBot(name)
    const inbox = new MemoryInbox()
    const { settings } = bot
    const channel: Channel = whatsapp.create({ id: name, settings, memory: inbox.memory }, realDependencies)
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
  expect(sides.map(({ inbox }) => inbox.messages.map(({ text }) => text))).toEqual([
    ['to Sales'],
    ['to Support'],
  ])
  expect(sides.map(({ room }) => room.messages().map(({ text }) => text))).toEqual([
    ['to Sales', 'by Sales'],
    ['to Support', 'by Support'],
  ])
  // What is signed for one number is not believed by the other.
  const [sales, support] = sides
  const body = JSON.stringify(sales!.bot.envelope([], { messages: [] }))
  const headers = { 'x-hub-signature-256': sales!.bot.sign(body) }
  const response = await fetch(support!.listener.url, { method: 'POST', headers, body })
  expect(response.status).toBe(401)
  for (const { listener } of sides) await listener.close()
})
