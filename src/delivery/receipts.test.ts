import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Receipt } from '../channels/channel.ts'
import { createTestDatabase, type TestDatabase } from '../testing/database.ts'
import { createDeliveries } from './deliveries.ts'
import type { DeliveryFailure } from './failure.ts'
import { takeLater, takeReceipts } from './receipts.ts'
import { createBotAndTurn } from './testing/stage.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const signal = new AbortController().signal
const receipt = (state: Receipt['state'], at = 1_000): Receipt => ({ messageId: 'm1', state, at })

async function sent() {
  const { db } = database
  const { bot, turnId } = await createBotAndTurn(db)
  const told: DeliveryFailure[] = []
  const tell = async (_: unknown, failure: DeliveryFailure) => void told.push(failure)
  const owner = { key: turnId, botId: bot.id, turnId }
  const note = () =>
    createDeliveries(db).note({ owner, part: 0, at: new Date(), state: 'sent', ref: { receipt_id: 'm1' } })
  const take = (...receipts: Receipt[]) =>
    db.transaction().execute((tx) => takeReceipts(tx, bot.id, receipts, tell))
  const row = () =>
    db
      .selectFrom('deliveries')
      .select(['state', 'error_code', 'delivered_at', 'read_at'])
      .where('key', '=', turnId)
      .executeTakeFirstOrThrow()
  return { db, bot, told, tell, note, take, row }
}

describe('a receipt', () => {
  it('keeps the earliest moments, in whatever order the receipts come', async () => {
    const { note, take, row } = await sent()
    await note()
    expect(await take(receipt('read', 3_000), receipt('delivered', 2_000))).toEqual([])
    expect(await row()).toMatchObject({ delivered_at: new Date(2_000), read_at: new Date(3_000) })
  })

  it('of a failure fails the delivery, which is told of once', async () => {
    const { note, take, row, told } = await sent()
    await note()
    await take(receipt('failed'), receipt('failed'))
    expect(await row()).toMatchObject({ state: 'failed', error_code: 'not_delivered' })
    expect(told).toHaveLength(1)
  })

  it('of a failure changes nothing about what has arrived', async () => {
    const { note, take, row, told } = await sent()
    await note()
    await take(receipt('delivered'), receipt('failed'))
    expect(await row()).toMatchObject({ state: 'sent' })
    expect(told).toEqual([])
  })

  it('that overtakes the note of its message waits for it', async () => {
    const { db, bot, tell, note, take, row } = await sent()
    expect(await take(receipt('delivered'))).toEqual([receipt('delivered')])
    const later = { db, tell, sleep: async () => note() }
    expect(await takeLater(later, bot.id, receipt('delivered'), signal)).toBe('taken')
    expect((await row()).delivered_at).toEqual(new Date(1_000))
  })

  it('of a message that nobody noted is forgotten', async () => {
    const { db, bot, tell } = await sent()
    const later = { db, tell, sleep: async () => undefined }
    expect(await takeLater(later, bot.id, receipt('read'), signal)).toBe('unknown')
  })
})
