import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Person } from '../testing/person.ts'
import { createTelegramWorld, type TelegramWorld } from './testing/telegram-world.ts'

let world: TelegramWorld
let administrator: Person
beforeAll(async () => {
  world = await createTelegramWorld()
})
afterAll(() => world.stop())

const answersTo = (texts: string[], question: string) =>
  texts.filter((text) => text.includes(`said: ${question}`))

describe('two bots of one channel', () => {
  it('both answer the same person, each in its own conversation', async () => {
    const second = await world.addBot()
    const { user, phone } = await world.member('Ada')
    administrator = user
    phone.writes(world.token, 'hello, first')
    phone.writes(second, 'hello, second')
    const inFirst = await world.reads(phone, (texts) => texts.includes('You said: hello, first'))
    const inSecond = await world.reads(phone, (texts) => texts.length > 0, second)
    await world.reads(phone, (texts) => texts.includes('You said: hello, second'), second)
    expect(inFirst.join()).not.toContain('second')
    expect(inSecond.join()).not.toContain('first')
    expect(new Set(world.agent.runs.map((run) => run.conversation.id)).size).toBe(2)
    expect((await user.conversations()).conversations).toHaveLength(2)
  })
})

describe('editing a bot while turns run', () => {
  it('touches neither its own turn nor that of another, and each is answered once', async () => {
    const admin = administrator
    const second = await world.addBot()
    const [one, two] = [await world.member('Grace'), await world.member('Edsger')]
    one.phone.writes(world.token, 'wait one')
    two.phone.writes(second, 'wait two')
    await Promise.all([world.agent.untilRun('wait one'), world.agent.untilRun('wait two')])
    const thinking = (texts: string[]) => texts.some((text) => text.startsWith('Let me think'))
    await world.reads(one.phone, thinking)
    await world.reads(two.phone, thinking, second)

    const starts = (token: string) =>
      world.telegram.calls.filter((call) => call.method === 'deleteWebhook' && call.token === token).length
    const [ours, theirs] = [starts(world.token), starts(second)]
    const answer = await admin.ask('POST', '/api/channels/telegram/runtime-config', {
      values: { bot_token: world.token, bot_username: 'renamed_bot' },
    })
    expect(answer.status).toBe(200)
    expect(starts(world.token)).toBeGreaterThan(ours)
    expect(starts(second)).toBe(theirs)

    world.agent.release('wait one')
    world.agent.release('wait two')
    const first = await world.reads(one.phone, (texts) => answersTo(texts, 'wait one').length > 0)
    const other = await world.reads(two.phone, (texts) => answersTo(texts, 'wait two').length > 0, second)
    one.phone.writes(world.token, 'and now')
    await world.reads(one.phone, (texts) => answersTo(texts, 'and now').length > 0)
    expect(answersTo(first, 'wait one')).toHaveLength(1)
    expect(answersTo(other, 'wait two')).toHaveLength(1)
    expect(world.agent.runs.filter((run) => run.message.text.startsWith('wait'))).toHaveLength(2)
    expect(world.agent.runs.every((run) => run.attempt === 1)).toBe(true)
  })
})
