import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { setTelegramStage, type TelegramStage } from './testing/telegram-stage.ts'
import { createBotMemory, forgetOld, writeMemory } from './bot-memory.ts'

let stage: TelegramStage
let botId: string
beforeAll(async () => {
  stage = await setTelegramStage()
  botId = (await stage.save(stage.newBot())).id
})
afterAll(() => stage.stop())

it('remembers per bot and key, and forgets', async () => {
  const memory = createBotMemory(stage.database.db, botId)
  expect(await memory.read('chat')).toBeUndefined()
  await memory.change('chat', () => ({ token: 't' }))
  expect(await memory.read('chat')).toEqual({ token: 't' })
  expect(await createBotMemory(stage.database.db, 'bot_other').read('chat')).toBeUndefined()
  await stage.database.db
    .transaction()
    .execute((tx) => writeMemory(tx, botId, { chat: undefined, other: [1] }))
  expect(await memory.read('chat')).toBeUndefined()
  expect(await memory.read('other')).toEqual([1])
})

it('counts right when many change one value at once, also the first time', async () => {
  const memory = createBotMemory(stage.database.db, botId)
  const key = randomBytes(4).toString('hex')
  const count = (value: unknown) => (typeof value === 'number' ? value : 0) + 1
  await Promise.all(Array.from({ length: 20 }, () => memory.change(key, count)))
  expect(await memory.read(key)).toBe(20)
})

it('forgets what nobody changed for ninety days', async () => {
  const { db } = stage.database
  const memory = createBotMemory(db, botId)
  await memory.change('old', () => 1)
  await memory.change('new', () => 2)
  await sql`update bot_memory set updated_at = now() - interval '91 days' where key = 'old'`.execute(db)
  await forgetOld(db)
  expect([await memory.read('old'), await memory.read('new')]).toEqual([undefined, 2])
})
