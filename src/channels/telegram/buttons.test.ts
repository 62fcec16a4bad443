import { Api, Bot, InlineKeyboard } from 'grammy'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { canReact, type Channel } from '../channel.ts'
import { realDependencies } from '../testing/channel-contract.ts'
import { MemoryInbox } from '../testing/memory-inbox.ts'
import { PlainMemory } from '../testing/plain-memory.ts'
import { decodeUpdate } from './decode.ts'
import { telegram } from './telegram.ts'
import { realLimits } from './testing/flood.ts'
import { keysOf } from './testing/keyboard.ts'
import type { SimulatedBot } from './testing/platform.ts'
import { startTelegramSimulator, type Person, type TelegramSimulator } from './testing/simulator.ts'

let simulator: TelegramSimulator
let bot: SimulatedBot
let ada: Person
let channel: Channel
beforeEach(async () => {
  simulator = await startTelegramSimulator()
  bot = simulator.addBot()
  ada = simulator.person({ id: 7, first_name: 'Ada' })
  const settings = { bot_token: bot.token, api_root: simulator.url }
  channel = telegram.create({ id: 'bot_1', settings, memory: new PlainMemory() }, realDependencies)
})
afterEach(() => simulator.stop())

function receiving(inbox: MemoryInbox) {
  const stop = new AbortController()
  const received = channel.receive(inbox, stop.signal)
  return async () => {
    stop.abort()
    await received.catch(() => undefined)
  }
}

describe('a button', () => {
  it('is answered when its press was committed, and not before', async () => {
    const inbox = new MemoryInbox()
    const stop = receiving(inbox)
    ada.writes(bot.token, 'hi')
    await inbox.until(({ messages }) => messages.length === 1)
    const message = await channel.send(
      { chatId: '7', kind: 'private' },
      { text: 'Sure?', plain: 'Sure?', buttons: [{ label: 'Yes', value: '/approve 1' }] },
      'key',
    )
    const chat = ada.chatWith(bot.token)
    const asked = chat.find(Number(message['message_id']))
    if (asked === undefined) throw new Error('no message')
    inbox.refusals = 1
    const id = ada.presses(bot.token, chat, asked, 'Yes')
    await inbox.until(({ refused }) => refused.length === 1)
    await stop()
    expect(simulator.pressed.get(id)?.isAnswered).toBe(false)
    const again = receiving(inbox)
    await inbox.until(({ messages }) => messages.length === 2)
    await simulator.untilCall(({ method }) => method === 'answerCallbackQuery')
    await again()
    expect(simulator.pressed.get(id)?.isAnswered).toBe(true)
  })

  it('stands beside others as far as its label is short', async () => {
    ada.writes(bot.token, 'hi')
    const send = async (labels: string[]) => {
      const buttons = labels.map((label) => ({ label, value: label }))
      await channel.send({ chatId: '7', kind: 'private' }, { text: 'x', plain: 'x', buttons }, 'key')
      const markup = ada.chatWith(bot.token).messages.at(-1)?.extra['reply_markup']
      return (markup as { inline_keyboard: unknown[][] }).inline_keyboard.map((row) => row.length)
    }
    expect(await send(['a', 'b', 'c', 'd'])).toEqual([3, 1])
    expect(await send(['a', 'a rather long label'])).toEqual([1, 1])
  })

  it('of a message that only inline mode knows, or without a value, is passed over', () => {
    const account = { id: 900, name: 'P', username: 'p_bot', readsAllGroupMessages: false }
    const from = { id: 7, is_bot: false, first_name: 'Ada' }
    const message = { message_id: 1, date: 0, chat: { id: 7, type: 'private' } }
    const press = (query: object) => decodeUpdate({ update_id: 1, callback_query: query }, account).kind
    expect(press({ id: '1', from, data: 'x', message })).toBe('message')
    expect(press({ id: '1', from, data: 'x', inline_message_id: 'q' })).toBe('passed_over')
    expect(press({ id: '1', from, message })).toBe('passed_over')
    expect(press({ id: '1', from: { ...from, is_bot: true }, data: 'x', message })).toBe('passed_over')
    expect(press({ id: 1, from, data: 'x', message })).toBe('malformed')
  })
})

describe('an arrival', () => {
  it('is told when a person opens the chat or puts the bot into a group', async () => {
    const inbox = new MemoryInbox()
    const stop = receiving(inbox)
    ada.writes(bot.token, '/start')
    ada.writes(bot.token, '/start c0de')
    const group = simulator.addGroup({ id: -100, title: 'Team' })
    await inbox.until(({ messages }) => messages.length >= 2)
    simulator.invite(ada.account, bot.token, group)
    await inbox.until(({ messages }) => messages.length >= 3)
    await stop()
    expect(inbox.messages.map(({ kind, text, chat }) => [kind, text, chat.kind])).toEqual([
      ['joined', '', 'private'],
      ['message', '/start c0de', 'private'],
      ['joined', '', 'group'],
    ])
    // A welcome has no message to answer to.
    const to = { ...(inbox.messages[2]?.chat ?? { chatId: '', kind: 'group' }), replyTo: '' }
    await channel.send(to, { text: 'Hello', plain: 'Hello' }, 'key')
    expect(group.messages.at(-1)?.text).toBe('Hello')
  })

  it('is none when the bot was there already, or leaves', () => {
    const account = { id: 900, name: 'P', username: 'p_bot', readsAllGroupMessages: false }
    const from = { id: 7, is_bot: false, first_name: 'Ada' }
    const change = (before: object, after: object, type = 'supergroup') => {
      const chat = { id: -1, type }
      const my_chat_member = { chat, from, date: 1, old_chat_member: before, new_chat_member: after }
      return decodeUpdate({ update_id: 1, my_chat_member }, account).kind
    }
    expect(change({ status: 'left' }, { status: 'administrator' })).toBe('message')
    expect(change({ status: 'kicked' }, { status: 'restricted', is_member: true })).toBe('message')
    expect(change({ status: 'member' }, { status: 'administrator' })).toBe('passed_over')
    expect(change({ status: 'member' }, { status: 'left' })).toBe('passed_over')
    expect(change({ status: 'left' }, { status: 'administrator' }, 'channel')).toBe('passed_over')
    expect(change({ status: 'kicked' }, { status: 'member' }, 'private')).toBe('passed_over')
  })
})

describe('a mark', () => {
  it('is no trouble where a group does not allow it', async () => {
    ada.writes(bot.token, 'hi')
    simulator.faults.add({
      method: 'setMessageReaction',
      fault: { kind: 'refuse', status: 400, description: 'Bad Request: REACTION_INVALID' },
    })
    if (!canReact(channel)) throw new Error('no reactions')
    await channel.react({ chatId: '7', kind: 'private' }, '1', 'working')
    await channel.react({ chatId: '7', kind: 'private' }, '', 'working')
  })
})

describe('the SDK as a judge of buttons', () => {
  it('shows them, hears presses, answers, and reacts', async () => {
    const judge = new Bot(bot.token, { client: { apiRoot: simulator.url } })
    const heard = Promise.withResolvers<string>()
    judge.command('start', (context) =>
      context.reply('Sure?', { reply_markup: new InlineKeyboard().text('Yes', 'yes').text('No', 'no') }),
    )
    judge.callbackQuery('yes', async (context) => {
      await context.answerCallbackQuery('Done')
      heard.resolve(context.callbackQuery.data)
    })
    const running = judge.start()
    const asked = ada.writes(bot.token, '/start')
    const chat = ada.chatWith(bot.token)
    const question = await chat.untilAnswer()
    expect(keysOf(question).map(({ text }) => text)).toEqual(['Yes', 'No'])
    const id = ada.presses(bot.token, chat, question, 'Yes')
    expect(await heard.promise).toBe('yes')
    expect(simulator.pressed.get(id)?.isAnswered).toBe(true)
    await judge.api.setMessageReaction(7, asked.id, [{ type: 'emoji', emoji: '👀' }])
    expect(asked.marks).toEqual(['👀'])
    await judge.stop()
    await running
  })

  it('is refused what the server refuses, and whoever floods', async () => {
    ada.writes(bot.token, 'hi')
    const api = new Api(bot.token, { apiRoot: simulator.url })
    const reply_markup = new InlineKeyboard().text('x', 'y'.repeat(65))
    await expect(api.sendMessage(7, 'x', { reply_markup })).rejects.toThrow('BUTTON_DATA_INVALID')
    await expect(api.answerCallbackQuery('none')).rejects.toThrow('query is too old')
    simulator.flood.limits = { ...realLimits, perChat: 2 }
    await api.sendMessage(7, 'one')
    await api.sendMessage(7, 'two')
    await expect(api.sendMessage(7, 'three')).rejects.toMatchObject({ parameters: { retry_after: 5 } })
  })
})
