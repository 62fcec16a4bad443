import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { Lanes } from '../coordination/lanes.ts'
import { createLanes } from '../coordination/lanes-postgres.ts'
import type { Signals } from '../coordination/signals.ts'
import { createSignals } from '../coordination/signals-postgres.ts'
import { systemClock } from '../lib/clock.ts'
import { createLog } from '../lib/log.ts'
import { sleep } from '../lib/sleep.ts'
import { createTestDatabase, type TestDatabase } from '../testing/database.ts'
import { createDelivery, type DeliveryFailure } from './delivery.ts'
import { createMemoryPlatform } from './testing/memory-channel.ts'
import { playScript, written } from './testing/scripted-turn.ts'
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

it('does not: it reads failed and is told of once, and no other bot loses anything', async () => {
  const { db } = database
  lanes = createLanes({ db, signals, log, sleep, replica: 'test' })
  const told: DeliveryFailure[] = []
  const platform = createMemoryPlatform(() => systemClock.now())
  const delivery = createDelivery({
    db,
    lanes,
    readTurn: playScript(written('The answer.'), sleep),
    clock: systemClock,
    sleep,
    log,
    findChannel: () => platform.definition,
    tellFailure: async (_tx, failure) => void told.push(failure),
  })
  const [gone, other] = [await createBotAndTurn(db), await createBotAndTurn(db)]
  for (const { bot, turnId } of [gone, other]) {
    const { conversation_id: id } = await db
      .selectFrom('turns')
      .select('conversation_id')
      .where('id', '=', turnId)
      .executeTakeFirstOrThrow()
    await db.updateTable('conversations').set({ bot_id: bot.id }).where('id', '=', id).execute()
    await db.transaction().execute((tx) => delivery.answer(tx, [{ botId: bot.id, to, turnId }]))
  }
  const { id: botId } = gone.bot
  await db
    .transaction()
    .execute((tx) => delivery.post(tx, { botId, to, text: 'By the way.', key: 'notice-1' }))
  await db.updateTable('bots').set({ removed_at: new Date() }).where('id', '=', botId).execute()

  await Promise.all([delivery.giveUpOnRemoved(), delivery.giveUpOnRemoved()])
  await delivery.giveUpOnRemoved()

  const why = expect.objectContaining({ code: 'bot_removed' }) as unknown
  expect(told).toEqual([
    expect.objectContaining({ key: gone.turnId, turnId: gone.turnId, botId, why }),
    expect.objectContaining({ key: 'notice-1', turnId: null, botId, why }),
  ])
  const records = await delivery.records(db, [gone.turnId, other.turnId])
  expect(records.get(gone.turnId)).toMatchObject({ state: 'failed', why })
  expect(records.get(other.turnId)).toMatchObject({ state: 'queued' })
  const waiting = await db
    .selectFrom('lane_messages')
    .select('queue')
    .where('state', '=', 'pending')
    .execute()
  expect(waiting).toEqual([{ queue: `outbox:${other.bot.id}` }])
  delivery.attach(other.bot, platform.channel)
  await expect.poll(() => platform.chat('chat')).toEqual(['The answer.'])
})
