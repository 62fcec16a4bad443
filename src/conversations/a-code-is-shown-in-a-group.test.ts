import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTelegramWorld, type TelegramWorld } from './testing/telegram-world.ts'

let world: TelegramWorld
beforeAll(async () => {
  world = await createTelegramWorld()
})
afterAll(() => world.stop())

it('is refused, cancelled for good, and its owner is told in private', async () => {
  const { user, phone } = await world.member('Ada')
  const thief = world.stranger('Thief')
  const group = world.telegram.addGroup({ id: -1001, title: 'Everybody', bots: [world.token] })
  const bot = world.telegram.bots.get(world.token)?.account.username ?? ''
  const code = await user.connectCode('telegram')

  phone.writes(world.token, `/connect@${bot} ${code}`, { chat: group })
  const notice = await group.untilAnswer()
  expect(notice.text).toMatch(/only in a private chat/)
  await world.reads(phone, (texts) => texts.some((text) => /posted in a group/.test(text)))

  thief.writes(world.token, `/start ${code}`)
  await world.reads(thief, (texts) => texts.some((text) => /not valid here/.test(text)))
  thief.writes(world.token, 'who am I?')
  expect(world.agent.runs).toHaveLength(0)
  const { connections } = await user.get<{ connections: unknown[] }>('/api/channels/connections')
  expect(connections).toHaveLength(1)
})
