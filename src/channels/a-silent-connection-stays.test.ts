import { afterAll, beforeAll, expect, it } from 'vitest'
import { setTelegramStage, type TelegramStage } from './testing/telegram-stage.ts'

let stage: TelegramStage
beforeAll(async () => {
  stage = await setTelegramStage()
})
afterAll(() => stage.stop())

it('never: after 90 seconds without a sign of life the bot connects anew', async () => {
  let now = Date.now()
  const replica = await stage.replica('one', { now: () => now })
  const bot = stage.newBot()
  const token = String(bot.settings['bot_token'])
  const polls = () => stage.simulator.bots.get(token)?.updates.isPolled === true
  const starts = () => stage.simulator.calls.filter(({ method }) => method === 'getMe').length
  await stage.save(bot)
  await expect.poll(polls).toBe(true)
  expect(starts()).toBe(1)
  now += 90_000
  await expect.poll(starts, { timeout: 15_000 }).toBe(2)
  await expect.poll(polls).toBe(true)
  expect(replica.logged.join('')).toContain('no sign of life')
})
