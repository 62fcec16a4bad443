import { sql } from 'kysely'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { setTelegramStage, type TelegramStage } from './testing/telegram-stage.ts'

let stage: TelegramStage
beforeEach(async () => {
  stage = await setTelegramStage()
})
afterEach(() => stage.stop())

const refusals = () =>
  stage.simulator.calls.filter(({ answer }) => JSON.stringify(answer).includes('"error_code":409'))

it('never while both live: one holds it, and the other takes over when it goes', async () => {
  const [one, two] = await Promise.all([stage.replica('one'), stage.replica('two')])
  const bot = stage.newBot()
  const token = String(bot.settings['bot_token'])
  const { revision } = await stage.save(bot)
  expect(await two.supervisor.settled('bot_1', revision, 10_000)).toMatchObject({ state: 'connected' })
  const [holder, other] = one.attached.size === 1 ? [one, two] : [two, one]
  const person = stage.simulator.person({ id: 7 })
  person.writes(token, 'before')
  await expect.poll(() => holder.accepted.length).toBe(1)
  await holder.supervisor.stop()
  person.writes(token, 'after')
  await expect.poll(() => other.accepted.length).toBe(1)
  expect(holder.attached.size).toBe(0)
  expect(holder.accepted.concat(other.accepted).map(({ message }) => message.text)).toEqual([
    'before',
    'after',
  ])
  expect(refusals()).toEqual([])
})

it('never commits for a replica that was overtaken and does not know it yet', async () => {
  const one = await stage.replica('one')
  const bot = stage.newBot()
  const { revision } = await stage.save(bot)
  await one.supervisor.settled('bot_1', revision, 10_000)
  await sql`update leases set owner = 'two', fence = nextval('fences')`.execute(stage.database.db)
  stage.simulator.person({ id: 7 }).writes(String(bot.settings['bot_token']), 'whose is it?')
  await expect.poll(() => one.attached.size).toBe(0)
  expect(one.accepted).toEqual([])
  expect((await stage.database.db.selectFrom('bots').select('cursor').executeTakeFirst())?.cursor).toBeNull()
})
