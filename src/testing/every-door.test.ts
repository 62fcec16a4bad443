import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { catalogue } from '../channels/catalogue.ts'
import type { SimulatedRoom } from '../channels/testing/simulated-platform.ts'
import { answersIn, createDoors, until, type Door, type DoorsWorld, type Member } from './doors.ts'

/** What people see on every channel, through the whole gateway: docs/reference/channels.md has the table. */
let world: DoorsWorld
beforeAll(async () => {
  world = await createDoors()
}, 60_000)
afterAll(() => world.stop())

describe.each(catalogue.map(({ name }) => name))('%s', (name) => {
  let door: Door
  let member: Member
  let room: SimulatedRoom
  const write = (text: string) => member.write(text)
  const answered = (text: string) => until(() => answersIn(room).includes(`You said: ${text}`))
  beforeAll(() => {
    door = world.doors.get(name)!
  })

  it('connects two bots, and somebody by a code', async () => {
    await expect.poll(() => statesOf(door)).toEqual(['connected', 'connected'])
    member = await world.member(door, `Ada-${name}`)
    room = member.room
    const { connections } = await member.user.get<{ connections: object[] }>('/api/channels/connections')
    expect(connections).toMatchObject([{ provider: name, status: 'connected' }])
  })

  it('answers once, in the order of the questions', async () => {
    write('one')
    await answered('one')
    write('two')
    await answered('two')
    expect(answersIn(room).filter((text) => text.startsWith('You said'))).toEqual([
      'You said: one',
      'You said: two',
    ])
    await until(() => !room.messages().some(({ isGrowing }) => isGrowing))
  })

  it('two bots answer the same person, each by its own agent (A7)', async () => {
    const elsewhere = await member.connectTo(door.second)
    write('hello, first')
    elsewhere.write(member.person, 'hello, second')
    await answered('hello, first')
    await until(() => answersIn(elsewhere).includes('You said: hello, second'))
    expect(world.agent.runs.some(({ message }) => message.text === 'hello, second')).toBe(false)
    expect(world.other.runs.some(({ message }) => message.text === 'hello, second')).toBe(true)
  })

  it('a bot is edited while the other one answers (A10)', async () => {
    const question = `wait ${name}`
    write(question)
    await world.agent.untilRun(question)
    const edited = await world.admin.ask('PATCH', `/api/bots/${door.second.id}`, {
      rules: { welcome: 'Hi.' },
    })
    expect(edited.status).toBe(200)
    await world.admin.ask('PATCH', `/api/bots/${door.second.id}`, { enabled: false })
    await expect.poll(() => statesOf(door)).toEqual(['connected', 'stopped'])
    await world.admin.ask('PATCH', `/api/bots/${door.second.id}`, { enabled: true })
    world.agent.release(question)
    await until(() => answersIn(room).some((text) => text.endsWith(`You said: ${question}`)))
    expect(world.agent.runs.filter(({ message }) => message.text === question)).toHaveLength(1)
    await expect.poll(() => statesOf(door)).toEqual(['connected', 'connected'])
  })

  it('what cannot be understood stops neither the bot nor its neighbours (A14)', async () => {
    door.first.bot.faults.malformed?.()
    write('still there?')
    await answered('still there?')
    expect(await statesOf(door)).toEqual(['connected', 'connected'])
  })

  it('a second delivery of a message changes nothing', async () => {
    write('only once')
    await answered('only once')
    door.first.bot.faults.duplicate?.()
    write('and then')
    await answered('and then')
    expect(answersIn(room).filter((text) => text === 'You said: only once')).toHaveLength(1)
  })
})

async function statesOf({ first, second }: Door): Promise<string[]> {
  const { bots } = await world.admin.get<{ bots: { id: string; state: string }[] }>('/api/bots')
  return [first, second].map(({ id }) => bots.find((bot) => bot.id === id)?.state ?? 'gone')
}
