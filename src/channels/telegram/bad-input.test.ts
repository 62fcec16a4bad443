import { describe, expect, it } from 'vitest'
import { MemoryInbox } from '../testing/memory-inbox.ts'
import { realDependencies } from '../testing/channel-contract.ts'
import { decodeUpdate } from './decode.ts'
import { telegram } from './telegram.ts'
import { startTelegramSimulator, type TelegramSimulator } from './testing/simulator.ts'
import type { SimulatedBot } from './testing/platform.ts'

const bot = { id: 900, name: 'Portico', username: 'portico_bot', readsAllGroupMessages: false }
const from = { id: 7, is_bot: false, first_name: 'Ada' }
const chat = { id: 7, type: 'private' }
const good = { message_id: 5, date: 1, from, chat, text: 'x' }

describe('malformed input', () => {
  it.each<[string, unknown, string]>([
    ['null', null, 'must be object'],
    ['a text', 'update', 'must be object'],
    ['a list', [], 'must be object'],
    ['no update id', { message: good }, 'update_id'],
    ['an update id that is text', { update_id: '12', message: good }, '/update_id'],
    ['an update id below zero', { update_id: -1, message: good }, '/update_id'],
    ['a message that is text', { update_id: 1, message: 'hi' }, '/message'],
    ['a message without a chat', { update_id: 1, message: { ...good, chat: undefined } }, '/message'],
    [
      'a chat id that is text',
      { update_id: 1, message: { ...good, chat: { id: '7', type: 'private' } } },
      '/chat/id',
    ],
    [
      'a sender without an id',
      { update_id: 1, message: { ...good, from: { first_name: 'x' } } },
      '/message/from',
    ],
    ['a text that is a number', { update_id: 1, message: { ...good, text: 5 } }, '/message/text'],
    ['entities that are no list', { update_id: 1, message: { ...good, entities: {} } }, '/message/entities'],
    [
      'an entity before the text',
      { update_id: 1, message: { ...good, entities: [{ type: 'bold', offset: -5, length: 1 }] } },
      'offset',
    ],
    ['a document without an id', { update_id: 1, message: { ...good, document: {} } }, '/message/document'],
    ['a text of 1 MB', { update_id: 1, message: { ...good, text: 'x'.repeat(1_000_000) } }, 'too long'],
  ])('%s is kept as malformed', (_, raw, reason) => {
    const decoded = decodeUpdate(raw, bot)
    expect(decoded.kind).toBe('malformed')
    if (decoded.kind !== 'malformed') return
    expect(decoded.reason).toContain(reason)
    expect(decoded.raw.length).toBeLessThanOrEqual(4000)
  })

  it('an entity beyond the text does no harm', () => {
    const text = '/stop'
    const entities = [
      { type: 'bot_command', offset: 0, length: 5000 },
      { type: 'text_link', offset: 900, length: 4, url: 'https://a.example/' },
    ]
    expect(decodeUpdate({ update_id: 1, message: { ...good, text, entities } }, bot).kind).toBe('message')
  })
})

/** Receives with a fresh bot until the condition holds or receiving ends; shows the error it ended with. */
async function receiveFrom(
  prepare: (simulator: TelegramSimulator, made: SimulatedBot) => void,
  holds: (inbox: MemoryInbox) => boolean,
) {
  await using simulator = await startTelegramSimulator()
  const made = simulator.addBot()
  prepare(simulator, made)
  const inbox = new MemoryInbox()
  const settings = { bot_token: made.token, api_root: simulator.url }
  const stop = new AbortController()
  const receiving = telegram
    .create({ id: 'bot_1', settings, memory: inbox.memory }, realDependencies)
    .receive(inbox, stop.signal)
    .catch((error: unknown) => error)
  const outcome = await Promise.race([receiving, inbox.until(holds)])
  stop.abort()
  await receiving
  return { inbox, outcome, confirmed: made.updates.confirmed }
}

describe('a server that is not to be believed', () => {
  it('cannot stop a bot with an update that has no id: the rest of the batch arrives', async () => {
    const { inbox } = await receiveFrom(
      (simulator, { token, updates }) => {
        updates.addRaw({ message: good }, 'nonsense')
        simulator.person({ id: 7 }).writes(token, 'behind it')
      },
      ({ messages }) => messages.length > 0,
    )
    expect(inbox.messages.map(({ text }) => text)).toEqual(['behind it'])
    expect(inbox.malformed).toHaveLength(2)
  })

  it('does not make us spin on a batch that cannot be confirmed', async () => {
    const { inbox, outcome } = await receiveFrom(
      (_, { updates }) => updates.addRaw({ message: good }),
      () => false,
    )
    expect(outcome).toMatchObject({ kind: 'transient' })
    expect(inbox.malformed).toHaveLength(1)
  })

  it('may deliver twice and in any order: the order of the ids is kept, and so are the keys', async () => {
    const { inbox } = await receiveFrom(
      (simulator, { token, updates }) => {
        const person = simulator.person({ id: 7 })
        person.writes(token, 'a')
        person.writes(token, 'b')
        updates.addRaw(updates.pending[0])
        updates.reverse()
      },
      ({ messages }) => messages.length > 0,
    )
    expect(inbox.messages.map(({ text }) => text)).toEqual(['a', 'a', 'b'])
    expect(new Set(inbox.messages.map(({ key }) => key)).size).toBe(2)
  })

  it.each([
    ['an answer that breaks off', { kind: 'garbage' } as const],
    ['a page of a proxy', { kind: 'page', status: 502 } as const],
  ])('%s counts as no answer', async (_, fault) => {
    const { outcome } = await receiveFrom(
      (simulator) => simulator.faults.add({ method: 'getUpdates', fault }),
      () => false,
    )
    expect(outcome).toMatchObject({ name: 'NetworkError' })
  })

  it('gets no more memory than an answer may take', async () => {
    const { outcome } = await receiveFrom(
      (_, { updates }) =>
        updates.addRaw({ update_id: 1, message: { ...good, text: 'x'.repeat(33 * 1024 * 1024) } }),
      () => false,
    )
    expect(outcome).toMatchObject({ name: 'NetworkError' })
  })
})
