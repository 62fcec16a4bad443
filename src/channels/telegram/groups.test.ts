import { afterAll, beforeAll, expect, it } from 'vitest'
import { canShowTyping, type Channel, type ChatAddress } from '../channel.ts'
import { realDependencies } from '../testing/channel-contract.ts'
import { telegram } from './telegram.ts'
import { PlainMemory } from '../testing/plain-memory.ts'
import { startTelegramSimulator, type TelegramSimulator } from './testing/simulator.ts'

let simulator: TelegramSimulator
let channel: Channel
let token: string
const text = { text: '<b>hi</b>', plain: 'hi' }
const group: ChatAddress = { chatId: '-100', kind: 'group' }

beforeAll(async () => {
  simulator = await startTelegramSimulator()
  token = simulator.addBot().token
  const chat = simulator.addGroup({ id: -100, title: 'Club', isForum: true, bots: [token] })
  chat.topics.set(44, 'News')
  channel = telegram.create(
    { id: 'bot_1', settings: { bot_token: token, api_root: simulator.url }, memory: new PlainMemory() },
    realDependencies,
  )
})
afterAll(() => simulator.stop())

it('answers in the topic, to the question, without previews of links', async () => {
  const chat = simulator.group(-100)
  const question = simulator.person({ id: 7 }).writes(token, '/new', { ...(chat && { chat }), topicId: 44 })
  const to = { ...group, topicId: '44', replyTo: String(question.id) }
  await channel.send(to, text, 'key')
  expect(chat?.messages.at(-1)).toMatchObject({ text: 'hi', topicId: 44, replyTo: question.id })
  const sent = simulator.calls.find(({ method }) => method === 'sendMessage')
  expect(sent?.parameters['link_preview_options']).toEqual({ is_disabled: true })
  if (canShowTyping(channel)) await channel.showTyping(to)
  expect(chat?.actions).toEqual([{ action: 'typing', topicId: 44 }])
})

it('answers all the same when the question was deleted', async () => {
  await channel.send({ ...group, replyTo: '999' }, text, 'key')
  expect(simulator.group(-100)?.messages.at(-1)?.replyTo).toBeUndefined()
})

it('says gone where it cannot write any more', async () => {
  await expect(channel.send({ ...group, topicId: '5' }, text, 'key')).rejects.toMatchObject({ kind: 'gone' })
  await expect(channel.send({ ...group, chatId: '-5' }, text, 'key')).rejects.toMatchObject({ kind: 'gone' })
  simulator.addGroup({ id: -300, title: 'Left' })
  await expect(channel.send({ ...group, chatId: '-300' }, text, 'key')).rejects.toMatchObject({
    kind: 'gone',
  })
})

it('follows a group that became a supergroup', async () => {
  const small = simulator.addGroup({ id: -7, title: 'Small', type: 'group', bots: [token] })
  const large = simulator.migrate(small, -1007)
  expect(await channel.send({ ...group, chatId: '-7' }, text, 'key')).toMatchObject({ chat_id: -1007 })
  expect(large.messages.at(-1)?.text).toBe('hi')
})

it('receives where a server knows no webhooks', async () => {
  simulator.faults.add({
    method: 'deleteWebhook',
    fault: { kind: 'refuse', status: 404, description: 'Not Found' },
  })
  const stop = new AbortController()
  const alive = Promise.withResolvers<undefined>()
  const inbox = {
    cursor: undefined,
    accept: async () => alive.resolve(undefined),
    alive: () => alive.resolve(undefined),
  }
  const receiving = channel.receive(inbox, stop.signal)
  await alive.promise
  stop.abort()
  await expect(receiving).resolves.toBeUndefined()
})
