import { afterAll, beforeAll, expect, it } from 'vitest'
import { realDependencies } from '../../testing/channel-contract.ts'
import { MemoryInbox } from '../../testing/memory-inbox.ts'
import { telegram } from '../telegram.ts'
import { startTelegramSimulator, type TelegramSimulator } from './simulator.ts'

let simulator: TelegramSimulator
beforeAll(async () => {
  simulator = await startTelegramSimulator()
})
afterAll(() => simulator.stop())

it('looks like every other platform', async () => {
  const { platform } = simulator
  const bot = platform.addBot('Portico')
  const ada = platform.addPerson('Ada')
  const room = bot.directRoom(ada)
  const inbox = new MemoryInbox()
  const channel = telegram.create(
    { id: 'bot_1', settings: bot.settings, memory: inbox.memory },
    realDependencies,
  )
  const stop = new AbortController()
  const receiving = channel.receive(inbox, stop.signal)
  await inbox.until(({ signsOfLife }) => signsOfLife > 0)

  room.write(ada, 'hello')
  bot.faults.duplicate?.()
  room.sendFile?.(ada, { name: 'plan.pdf', mediaType: 'application/pdf', bytes: Buffer.from('%PDF') })
  const group = bot.addGroup?.('Team', [ada])
  group?.write(ada, 'aside', { aside: true })
  group?.write(ada, 'to you')
  await inbox.until(({ messages }) => messages.some(({ text }) => text === 'to you'))
  bot.faults.reorder?.()
  room.write(ada, 'first')
  room.write(ada, 'second')
  bot.faults.malformed?.()
  await inbox.until(({ malformed }) => malformed.length > 0)
  const seen = [...new Map(inbox.messages.map((one) => [one.key, one])).values()]
  expect(seen.map(({ kind, text, files }) => [kind, text, files.length])).toEqual([
    ['message', 'hello', 0],
    ['message', '', 1],
    ['joined', '', 0],
    ['message', 'to you', 0],
    ['message', 'first', 0],
    ['message', 'second', 0],
  ])

  const buttons = [{ label: 'Yes', value: 'yes' }]
  const sent = await channel.send(
    { chatId: room.id, kind: 'private' },
    { text: '<b>Sure?</b>', plain: '', buttons },
    'key',
  )
  expect(room.messages().at(-1)).toEqual({
    id: String(sent['message_id']),
    from: { name: 'Portico', isBot: true },
    text: 'Sure?',
    files: [],
    buttons: ['Yes'],
    marks: [],
    isGrowing: false,
  })
  room.press?.(ada, String(sent['message_id']), 'Yes')
  await inbox.until(({ messages }) => messages.some(({ text }) => text === 'yes'))
  bot.faults.rate_limit?.()
  const limited = channel.send({ chatId: room.id, kind: 'private' }, { text: 'x', plain: 'x' }, 'key')
  await expect(limited).rejects.toMatchObject({ kind: 'rate_limited' })
  stop.abort()
  await receiving
})
