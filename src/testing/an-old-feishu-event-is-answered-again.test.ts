import { expect, it } from 'vitest'
import { scheduleMs } from '../channels/feishu/testing/event-side.ts'
import { startFeishuSimulator } from '../channels/feishu/testing/simulator.ts'
import { answersIn, createDoors, until } from './doors.ts'

it('never: it comes after 15 s, 5 min, 1 h and 6 h, with a restart before each, and has one answer', async () => {
  const feishu = await startFeishuSimulator()
  const world = await createDoors(['feishu'], { platforms: [feishu.platform] })
  try {
    const door = world.doors.get('feishu')!
    const member = await world.member(door, 'Ada')
    const { events } = feishu.apps.get(String(door.first.bot.settings['app_id']))!
    events.redeliversOnConnect = false
    member.write('only once')
    await until(() => answersIn(member.room).includes('You said: only once'))
    const question = events.deliveries.at(-1)!
    await events.until(() => question.state === 'confirmed')

    let { app } = world
    for (const stepMs of scheduleMs) {
      await app.stop()
      await events.until(({ connections }) => connections === 0)
      // The platform has not seen that it was confirmed.
      question.state = 'waiting'
      ;({ app } = await world.replica())
      await events.until(({ connections }) => connections > 0)
      feishu.pass(stepMs)
      await events.until(() => question.state === 'confirmed')
    }
    member.write('and then')
    await until(() => answersIn(member.room).includes('You said: and then'))
    expect(question.tries).toBe(1 + scheduleMs.length)
    expect(world.agent.runs.filter(({ message }) => message.text === 'only once')).toHaveLength(1)
    const said = answersIn(member.room).filter((text) => text.startsWith('You said'))
    expect(said).toEqual(['You said: only once', 'You said: and then'])
  } finally {
    await world.stop()
  }
}, 60_000)
