import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { NewBot } from './bots.ts'
import { setTelegramStage, type TelegramStage } from './testing/telegram-stage.ts'
import type { Replica } from './testing/replica.ts'

let stage: TelegramStage
let replica: Replica
let bot: NewBot
let token: string

beforeAll(async () => {
  stage = await setTelegramStage()
  replica = await stage.replica('one')
})
beforeEach(() => {
  bot = stage.newBot()
  token = String(bot.settings['bot_token'])
})
afterAll(() => stage.stop())

async function settle(one: NewBot) {
  const { revision } = await stage.save(one)
  return replica.supervisor.settled(one.id, revision, 10_000)
}
const stateOf = async (id: string) => (await replica.supervisor.states()).get(id)
const heardBy = (id: string) => replica.accepted.filter(({ botId }) => botId === id)
const startsOf = (one: string) =>
  stage.simulator.calls.filter(({ token: by, method }) => by === one && method === 'getMe')
const cursorOf = async (id: string) => {
  const { db } = stage.database
  return (await db.selectFrom('bots').select('cursor').where('id', '=', id).executeTakeFirst())?.cursor
}

describe('the supervisor', () => {
  it('connects a bot, commits what it receives and says how it fares', async () => {
    expect(await settle(bot)).toMatchObject({ state: 'connected', detail: null })
    expect(replica.attached).toContain(bot.id)
    stage.simulator.person({ id: 7, first_name: 'Ada' }).writes(token, 'hello')
    await expect.poll(() => heardBy(bot.id).map(({ message }) => message.text)).toEqual(['hello'])
    expect(await cursorOf(bot.id)).toMatchObject({ offset: 1_000_002 })
    expect((await stateOf(bot.id))?.lastTransportAt).toBeInstanceOf(Date)
  })

  it('lets two bots of one channel hear the same person, each for itself', async () => {
    const other = stage.newBot()
    await settle(bot)
    await settle(other)
    const ada = stage.simulator.person({ id: 7, first_name: 'Ada' })
    ada.writes(token, 'to one')
    ada.writes(String(other.settings['bot_token']), 'to the other')
    await expect.poll(() => heardBy(bot.id).map(({ message }) => message.text)).toEqual(['to one'])
    await expect.poll(() => heardBy(other.id).map(({ message }) => message.text)).toEqual(['to the other'])
  })

  it('keeps a refused token from sending, and connects when it is mended', async () => {
    const wrong = { ...bot, settings: { ...bot.settings, bot_token: '99:wrong-secret' } }
    const refused = await settle(wrong)
    expect(refused).toMatchObject({
      state: 'bad_credentials',
      detail: 'telegram refused (401): Unauthorized',
    })
    await expect.poll(() => replica.attached.has(bot.id)).toBe(false)
    expect(await settle(bot)).toMatchObject({ state: 'connected' })
    expect(replica.attached).toContain(bot.id)
  })

  it('answers for the saved revision also when the settings are the same', async () => {
    await settle(bot)
    expect(await settle(bot)).toMatchObject({ state: 'connected' })
    expect(startsOf(token)).toHaveLength(1)
  })

  it('changes the agent without touching the connection', async () => {
    await settle(bot)
    await settle({ ...bot, agent: 'echo' })
    stage.simulator.person({ id: 7 }).writes(token, 'who is there?')
    await expect.poll(() => heardBy(bot.id).map(({ agent }) => agent)).toEqual(['echo'])
    expect(startsOf(token)).toHaveLength(1)
  })

  it('stops a bot that is switched off or removed', async () => {
    await settle(bot)
    expect(await settle({ ...bot, enabled: false })).toMatchObject({ state: 'stopped' })
    expect(replica.attached).not.toContain(bot.id)
    expect(await replica.supervisor.restart(bot.id)).toBe(false)
    await settle(bot)
    await stage.database.db.transaction().execute((tx) => stage.bots.remove(tx, bot.id))
    await expect.poll(() => replica.attached.has(bot.id)).toBe(false)
  })

  it('connects anew when told to', async () => {
    await settle(bot)
    expect(await replica.supervisor.restart(bot.id)).toBe(true)
    await expect.poll(() => startsOf(token).length).toBe(2)
    expect(await replica.supervisor.restart('bot_unknown')).toBe(false)
  })

  it('comes back by itself after the line broke', async () => {
    stage.simulator.faults.add({ token, method: 'getMe', times: 2, fault: { kind: 'drop_before' } })
    expect(await settle(bot)).toMatchObject({ state: 'transient', lastTransportAt: null })
    await expect.poll(async () => (await stateOf(bot.id))?.state).toBe('connected')
  })

  it('names a conflict and tries again later', async () => {
    await settle(bot)
    await expect.poll(() => stage.simulator.bots.get(token)?.updates.isPolled).toBe(true)
    stage.simulator.conflict(token)
    await expect.poll(async () => (await stateOf(bot.id))?.state).toBe('conflict')
    await expect.poll(async () => (await stateOf(bot.id))?.state, { timeout: 15_000 }).toBe('connected')
  })

  it('says stopped when nobody holds a bot, and why where there is no such channel', async () => {
    await settle(bot)
    await replica.supervisor.stop()
    expect((await stateOf(bot.id))?.state).toBe('stopped')
    const { db } = stage.database
    await db.updateTable('bots').set({ channel: 'carrier_pigeon' }).where('id', '=', bot.id).execute()
    const second = await stage.replica('two')
    await expect
      .poll(async () => (await second.supervisor.states()).get(bot.id)?.detail)
      .toContain('no such channel')
  })
})
