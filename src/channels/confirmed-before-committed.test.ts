import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Replica } from './testing/replica.ts'
import { setTelegramStage, type TelegramStage } from './testing/telegram-stage.ts'

let stage: TelegramStage
let replica: Replica
beforeAll(async () => {
  stage = await setTelegramStage()
  replica = await stage.replica('one')
})
afterAll(() => stage.stop())

it('never: a message whose commit fails comes again, with the same key', async () => {
  const bot = stage.newBot()
  const token = String(bot.settings['bot_token'])
  const { revision } = await stage.save(bot)
  await replica.supervisor.settled(bot.id, revision, 10_000)
  replica.refuse.batches = 3
  stage.simulator.person({ id: 7 }).writes(token, 'do not lose me')
  await expect.poll(() => replica.refuse.batches, { timeout: 15_000 }).toBeLessThan(3)
  expect(stage.simulator.bots.get(token)?.updates.pending).toHaveLength(1)
  await expect.poll(() => replica.accepted.length, { timeout: 15_000 }).toBe(1)
  expect(replica.accepted[0]?.message).toMatchObject({ key: '1000001', text: 'do not lose me' })
})

it('never gets stuck on characters that the database refuses', async () => {
  const bot = stage.newBot()
  await stage.save(bot)
  stage.simulator.person({ id: 7 }).writes(String(bot.settings['bot_token']), 'a\0b \ud83d c')
  await expect.poll(() => replica.accepted.at(-1)?.message.text).toBe('ab \ufffd c')
})
