import { afterEach, beforeEach, expect, it } from 'vitest'
import { createLanes } from '../coordination/lanes-postgres.ts'
import { createSignals } from '../coordination/signals-postgres.ts'
import { streamEnd } from '../coordination/streams.ts'
import { createPostgresStreams } from '../coordination/streams-postgres.ts'
import { createDelivery } from '../delivery/delivery.ts'
import { createMemoryPlatform } from '../delivery/testing/memory-channel.ts'
import { createBotAndTurn } from '../delivery/testing/stage.ts'
import { systemClock } from '../lib/clock.ts'
import { createLog } from '../lib/log.ts'
import { sleep } from '../lib/sleep.ts'
import { createTestDatabase, type TestDatabase } from '../testing/database.ts'
import { createTurnEvents } from './read-turn.ts'
import { insertMessages } from './store.ts'

const log = createLog('silent')
const to = { chatId: 'chat', kind: 'private' } as const
const eightDaysMs = 8 * 24 * 60 * 60 * 1000

async function open(database: TestDatabase) {
  const { db } = database
  const signals = await createSignals({ database, log, sleep })
  const lanes = createLanes({ db, signals, log, sleep, replica: 'test' })
  const streams = createPostgresStreams({ db, signals, log, sleep })
  const platform = createMemoryPlatform(() => systemClock.now())
  const readTurn = createTurnEvents({ db, streams, clock: systemClock })
  const findChannel = () => platform.definition
  const delivery = createDelivery({ db, lanes, readTurn, clock: systemClock, sleep, log, findChannel })
  const { bot, turnId } = await createBotAndTurn(db)
  await db.transaction().execute((tx) => delivery.answer(tx, [{ botId: bot.id, to, turnId }]))
  return {
    turnId,
    streams,
    attach: () => delivery.attach(bot, platform.channel),
    reads: () => platform.chat('chat'),
    /** A week passes in which the bot cannot send, as while WhatsApp waits for the person; events are cleaned. */
    async pass() {
      const before = new Date(Date.now() - eightDaysMs)
      await db.updateTable('lane_messages').set({ created_at: before }).execute()
      await db
        .updateTable('turns')
        .set({ finished_at: before })
        .where('finished_at', 'is not', null)
        .execute()
      await streams.clean(0)
    },
    async finish(text: string) {
      const turn = await db
        .updateTable('turns')
        .set({ state: 'succeeded', finished_at: new Date() })
        .where('id', '=', turnId)
        .returning('conversation_id as conversationId')
        .executeTakeFirstOrThrow()
      const message = { id: 'msg_1', turnId, role: 'assistant', author: 'echo', ...turn } as const
      await insertMessages(db, [{ ...message, parts: [{ type: 'text', text }] }])
    },
    async stop() {
      await lanes.stop()
      await streams.stop()
      await signals.stop()
    },
  }
}

let database: TestDatabase
let house: Awaited<ReturnType<typeof open>>
beforeEach(async () => {
  database = await createTestDatabase()
  house = await open(database)
})
afterEach(async () => {
  await house.stop()
  await database.drop()
})

it('does not: it is told as it was recorded when its events are gone', async () => {
  await house.finish('What was **asked** last week.')
  await house.pass()
  house.attach()
  await expect.poll(house.reads).toEqual(['What was **asked** last week.'])
})

it('is followed where its turn waited as long and is answered only now', async () => {
  await house.pass()
  house.attach()
  const writer = await house.streams.open(`turn:${house.turnId}`)
  const finish = { type: 'finish', finishReason: 'stop' }
  for (const event of [{ type: 'text-delta', id: '0', delta: 'At last.' }, finish, streamEnd])
    writer.append(event)
  await writer.flush()
  await expect.poll(house.reads).toEqual(['At last.'])
})

it('says that it was stopped where the conversation was deleted meanwhile', async () => {
  await house.finish('What nobody wants to read again.')
  await house.pass()
  await database.db.deleteFrom('conversations').execute()
  house.attach()
  await expect.poll(() => house.reads().join()).toMatch(/stopped/i)
  expect(house.reads().join()).not.toContain('nobody')
})
