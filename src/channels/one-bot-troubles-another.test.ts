import { afterEach, beforeEach, expect, it } from 'vitest'
import { setTelegramStage, type TelegramStage } from './testing/telegram-stage.ts'

let stage: TelegramStage
beforeEach(async () => {
  stage = await setTelegramStage()
})
afterEach(() => stage.stop())

it('never: while three bots fail in their own ways, the fourth does not even reconnect', async () => {
  const replica = await stage.replica('one')
  const { simulator } = stage
  const [sound, revoked] = [stage.newBot(), stage.newBot()]
  const [unreachable, flooded] = [stage.newBot(), stage.newBot()]
  const tokenOf = (bot: typeof sound) => String(bot.settings['bot_token'])
  await stage.save(sound)
  await stage.save(revoked)
  await stage.save({ ...unreachable, settings: { ...unreachable.settings, api_root: 'http://127.0.0.1:1' } })
  const { revision } = await stage.save(flooded)
  await replica.supervisor.settled('bot_4', revision, 10_000)
  await expect.poll(async () => (await replica.supervisor.states()).get('bot_2')?.state).toBe('connected')
  simulator.revoke(tokenOf(revoked))
  simulator.bots.get(tokenOf(flooded))?.updates.addRaw({ message: 'no id' })
  const person = simulator.person({ id: 7 })
  for (let number = 0; number < 20; number++) person.writes(tokenOf(sound), `message ${number}`)
  await expect.poll(() => replica.accepted.length).toBe(20)
  for (const [id, state] of [
    ['bot_1', 'connected'],
    ['bot_2', 'bad_credentials'],
    ['bot_3', 'transient'],
    ['bot_4', 'transient'],
  ] as const) {
    await expect.poll(async () => (await replica.supervisor.states()).get(id)?.state).toBe(state)
  }
  expect(replica.accepted.map(({ message }) => message.text)).toEqual(
    Array.from({ length: 20 }, (_, number) => `message ${number}`),
  )
  const starts = simulator.calls.filter(({ token, method }) => token === tokenOf(sound) && method === 'getMe')
  expect(starts).toHaveLength(1)
})
