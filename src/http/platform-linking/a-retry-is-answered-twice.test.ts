import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ScriptedAgent } from '../../conversations/testing/scripted-agent.ts'
import { BotService, eventsIn, link } from '../../testing/bot-service.ts'
import type { Person } from '../../testing/person.ts'
import { createWorld, type World } from '../../testing/world.ts'

/** The fear: a bot that lost its connection asks again, and the person reads, and pays for, two answers. */
let world: World
let agent: ScriptedAgent
let ada: Person
let bot: BotService
const account = { platform: 'SLACK', platform_user_id: 'U1', tenant_id: 'T1' }

beforeAll(async () => {
  agent = new ScriptedAgent()
  world = await createWorld({ overrides: { agents: new Map([['default', agent]]) } })
  ada = await world.person('Ada')
  bot = await BotService.create(world.url, ada)
  await link(world, ada, { channel: 'slack', externalId: 'U1', tenantId: 'T1' })
})
afterAll(() => world.stop())

const runsOf = (text: string) => agent.runs.filter(({ message }) => message.text === text).length
const sessions = async () => (await ada.conversations()).conversations.length

describe('under the same message_id', () => {
  it('twenty tries at once on two replicas are one turn in one session, and all read the whole answer', async () => {
    const before = await sessions()
    const other = bot.at((await world.replica()).url)
    const body = { ...account, message_id: 'at-once' }
    const tries = Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? bot : other).says('only once', body))
    const answers = await Promise.all(tries)
    const streams = await Promise.all(answers.map((answer) => answer.text()))
    expect(new Set(answers.map((answer) => answer.turnId)).size).toBe(1)
    expect(new Set(answers.map((answer) => answer.sessionId)).size).toBe(1)
    const told = streams.map((stream) => eventsIn(stream).filter(({ id }) => id !== null))
    for (const events of told) expect(events).toEqual(told[0])
    expect(runsOf('only once')).toBe(1)
    expect(await sessions()).toBe(before + 1)
  })

  it('a retry reads on from Last-Event-ID, with the session named or not', async () => {
    const first = await bot.says('read on', { ...account, message_id: 'read-on' })
    const whole = eventsIn(await first.text())
    for (const named of [{}, { session_id: first.sessionId }]) {
      const body = { ...account, ...named, message: 'read on', message_id: 'read-on' }
      const again = await bot.ask('POST', '/stream', body, { 'last-event-id': '3' })
      expect(again.headers.get('x-turn-id')).toBe(first.turnId)
      expect(eventsIn(await again.text())).toEqual(whole.slice(3))
    }
    expect(runsOf('read on')).toBe(1)
  })

  it.each([
    ['another text', { message: 'something else' }],
    ['another file', { files: [{ url: 'data:,x', media_type: 'text/plain' }] }],
  ])('%s is refused, and nothing is left of it', async (_, other) => {
    const body = { ...account, message: 'the first', message_id: 'reused' }
    await (await bot.ask('POST', '/stream', body)).text()
    const before = await sessions()
    const refusal = await bot.ask('POST', '/stream', { ...body, ...other })
    expect([refusal.status, await refusal.json()]).toMatchObject([409, { code: 'message_id_reused' }])
    expect(await sessions()).toBe(before)
  })

  it('another session is refused', async () => {
    const body = { ...account, message: 'here', message_id: 'elsewhere' }
    await (await bot.ask('POST', '/stream', body)).text()
    const refusal = await bot.ask('POST', '/stream', { ...body, session_id: await bot.session(account) })
    expect([refusal.status, await refusal.json()]).toMatchObject([409, { code: 'message_id_reused' }])
  })

  it('another person, and another bot, have turns of their own', async () => {
    const eve = await world.person('Eve')
    await link(world, eve, { channel: 'slack', externalId: 'U2', tenantId: 'T1' })
    const other = await BotService.create(world.url, ada, { name: 'Other' })
    const body = { message_id: 'mine', platform: 'SLACK', tenant_id: 'T1' }
    const answers = await Promise.all([
      bot.says('mine', { ...body, platform_user_id: 'U1' }),
      bot.says('mine', { ...body, platform_user_id: 'U2' }),
      other.says('mine', { ...body, platform_user_id: 'U1' }),
    ])
    expect(new Set(answers.map(({ turnId }) => turnId)).size).toBe(3)
  })
})
