import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Lanes } from '../coordination/lanes.ts'
import { createLanes } from '../coordination/lanes-postgres.ts'
import type { Signals } from '../coordination/signals.ts'
import { createSignals } from '../coordination/signals-postgres.ts'
import { streamEnd } from '../coordination/streams.ts'
import { createPostgresStreams } from '../coordination/streams-postgres.ts'
import { systemClock } from '../lib/clock.ts'
import { createLog } from '../lib/log.ts'
import { sleep } from '../lib/sleep.ts'
import { createTestDatabase, type TestDatabase } from '../testing/database.ts'
import { createTurnEvents } from '../conversations/conversations.ts'
import { createDelivery, type ReadTurn } from './delivery.ts'
import { createMemoryPlatform, noAnswer } from './testing/memory-channel.ts'
import { playScript, written, type Script } from './testing/scripted-turn.ts'
import { createBotAndTurn } from './testing/stage.ts'

const log = createLog('silent')
const to = { chatId: 'chat', kind: 'private' } as const
let database: TestDatabase
let signals: Signals
let lanes: Lanes
beforeAll(async () => {
  database = await createTestDatabase()
  signals = await createSignals({ database, log, sleep })
})
afterEach(() => lanes.stop())
afterAll(async () => {
  await signals.stop()
  await database.drop()
})

async function open(script: Script, readTurn: ReadTurn = playScript(script, sleep)) {
  const { db } = database
  const { bot, turnId } = await createBotAndTurn(db)
  lanes = createLanes({ db, signals, log, sleep, replica: 'test' })
  const platform = createMemoryPlatform(() => systemClock.now())
  const findChannel = (name: string) => (name === 'memory' ? platform.definition : undefined)
  const delivery = createDelivery({ db, lanes, readTurn, clock: systemClock, sleep, log, findChannel })
  const botId = bot.id
  return {
    bot,
    turnId,
    platform,
    delivery,
    attach: () => delivery.attach(bot, platform.channel),
    answer: () => db.transaction().execute((tx) => delivery.answer(tx, [{ botId, to, turnId }])),
    post: (text: string, key: string, urgent = false) =>
      db.transaction().execute((tx) => delivery.post(tx, { botId, to, text, key, urgent })),
  }
}

describe('delivery', () => {
  it('sends notices and answers of a chat in order, whenever the bot is attached', async () => {
    const { platform, attach, post, answer } = await open(written('The answer.'))
    await post('One.', '1')
    await answer()
    await post('Two.', '2')
    attach()
    await expect.poll(() => platform.chat('chat')).toEqual(['One.', 'The answer.', 'Two.'])
  })

  it('takes the same notice and the same answer once', async () => {
    const { platform, attach, post, answer } = await open(written('The answer.'))
    await post('One.', '1')
    await post('One.', '1')
    await answer()
    await answer()
    await post('Last.', '2')
    attach()
    await expect.poll(() => platform.chat('chat')).toEqual(['One.', 'The answer.', 'Last.'])
  })

  it('tries again when the platform did not answer', async () => {
    const { platform, attach, answer } = await open(written('The answer.'))
    let failures = 1
    platform.after = ({ method }) => {
      if (method === 'edit' && failures-- > 0) throw noAnswer()
    }
    attach()
    await answer()
    await vi.waitFor(() => expect(failures).toBeLessThan(0), { timeout: 15_000 })
    expect(platform.chat('chat')).toEqual(['The answer.'])
  })

  it('hands a running answer back when the bot is detached, to whoever attaches it next', async () => {
    const { platform, attach, answer } = await open([...written('Half', 50).slice(0, -2), 60_000])
    const first = attach()
    await answer()
    await expect.poll(() => platform.chat('chat')).toEqual(['Half'])
    await first.detach()
    const calls = platform.calls.length
    attach()
    await vi.waitFor(() => expect(platform.calls.length).toBeGreaterThan(calls), { timeout: 15_000 })
    expect(platform.chat('chat')).toEqual(['Half'])
  })

  it('follows the stream of the turn as it is written', async () => {
    const streams = createPostgresStreams({ db: database.db, signals, log, sleep })
    const { platform, turnId, attach, answer } = await open(
      [],
      createTurnEvents({ db: database.db, streams, clock: systemClock }),
    )
    attach()
    await answer()
    const stream = await streams.open(`turn:${turnId}`)
    stream.append({ type: 'text-delta', id: '1', delta: 'First' })
    await expect.poll(() => platform.chat('chat')).toEqual(['First'])
    for (const event of [
      { type: 'text-delta', id: '1', delta: ' and last.' },
      { type: 'finish' },
      streamEnd,
    ]) {
      stream.append(event)
    }
    await expect.poll(() => platform.chat('chat')).toEqual(['First and last.'])
    await streams.stop()
  })

  it('refuses a bot of a channel that nobody knows', async () => {
    const { bot, platform, delivery } = await open([])
    expect(() => delivery.attach({ ...bot, channel: 'fax' }, platform.channel)).toThrow('no channel fax')
  })
})

describe('an urgent notice waits behind a long answer', () => {
  it('does not: it is shown while the answer is being written', async () => {
    const { platform, attach, post, answer } = await open([...written('Long', 10).slice(0, -2), 60_000])
    attach()
    await answer()
    await expect.poll(() => platform.chat('chat')).toHaveLength(1)
    await post('Stopping.', 'urgent', true)
    await expect.poll(() => platform.chat('chat')).toContain('Stopping.')
  })
})
