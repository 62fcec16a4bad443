import { afterAll, beforeAll, expect, it } from 'vitest'
import { setTelegramStage, type TelegramStage } from './testing/telegram-stage.ts'

let stage: TelegramStage
beforeAll(async () => {
  stage = await setTelegramStage()
})
afterAll(() => stage.stop())

const secret = 'AAF-the-secret-half'

it.each([
  ['a token that Telegram does not know', { bot_token: `99:${secret}` }, 'bad_credentials'],
  ['a token that is no token', { bot_token: `99:${secret} with/slash` }, 'bad_credentials'],
  [
    'a server that cannot be reached',
    { bot_token: `99:${secret}`, api_root: 'http://127.0.0.1:1' },
    'transient',
  ],
  ['an address that is none', { bot_token: `99:${secret}`, api_root: 'not an address' }, 'bad_credentials'],
])('never: %s', async (_, settings, state) => {
  const replica = await stage.replica('one')
  const bot = stage.newBot()
  const { revision } = await stage.save({ ...bot, settings: { ...bot.settings, ...settings } })
  const settled = await replica.supervisor.settled(bot.id, revision, 10_000)
  expect(settled).toMatchObject({ state })
  await replica.supervisor.stop()
  const stored = await stage.database.db.selectFrom('bot_states').selectAll().execute()
  expect(JSON.stringify([settled, stored, replica.logged])).not.toContain(secret)
})
