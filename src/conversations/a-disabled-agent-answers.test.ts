import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Person } from '../testing/person.ts'
import { createTelegramWorld, type TelegramWorld } from './testing/telegram-world.ts'

let world: TelegramWorld
let root: Person
beforeAll(async () => {
  world = await createTelegramWorld()
  root = await world.person('Root')
})
afterAll(() => world.stop())

const disable = async (disabled: boolean) => {
  const answer = await root.ask('PATCH', '/api/agents/default', { disabled })
  expect(await answer.json()).toMatchObject({ disabled, receipt: { effective: 'all' } })
}
const said = 'The agent "default" is out of use at the moment. Try again later.'

describe('a disabled agent answers', () => {
  it('nobody in a chat, who is told so in one sentence, until it is taken back', async () => {
    const { phone } = await world.member('Ada')
    await disable(true)
    const runs = world.agent.runs.length
    phone.writes(world.token, 'hello')
    const texts = await world.reads(phone, (all) => all.some((text) => text.includes('out of use')))
    expect(texts.at(-1)).toContain(said)
    expect(world.agent.runs).toHaveLength(runs)
    await disable(false)
    phone.writes(world.token, 'hello again')
    await world.reads(phone, (all) => all.includes('You said: hello again'))
  })

  it('nothing that waited when it was disabled, while the turn that ran ends', async () => {
    const { id } = await root.begin()
    const running = await root.turn(id, 'wait for it')
    await world.agent.untilRun('wait for it')
    const waiting = await root.turn(id, 'next')
    await disable(true)
    world.agent.release('wait for it')
    expect(await root.stream(running)).toContain('You said: wait for it')
    const told = await root.stream(waiting)
    expect(told).toContain('agent_disabled')
    expect(told).not.toContain('You said')
    await disable(false)
  })
})
