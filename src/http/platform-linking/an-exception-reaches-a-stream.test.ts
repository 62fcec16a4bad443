import { afterAll, beforeAll, expect, it } from 'vitest'
import { AgentError, type Agent } from '../../agents/agent.ts'
import { BotService, eventsIn, link } from '../../testing/bot-service.ts'
import type { Person } from '../../testing/person.ts'
import { createWorld, type World } from '../../testing/world.ts'

/** The fear: what broke inside is quoted to a chat. */
const secret = 'password=hunter2 at /srv/portico/src/agents'
const failing: Agent = {
  async *run({ message: { text } }) {
    yield { type: 'text-start' as const, id: 'a' }
    yield { type: 'text-delta' as const, id: 'a', delta: 'Half an ans' }
    if (text === 'coded') throw new AgentError('agent_unreachable', 'The agent is away.', new Error(secret))
    throw new Error(secret)
  },
}

let world: World
let ada: Person
let bot: BotService
const account = { platform: 'DISCORD', platform_user_id: '7' }

beforeAll(async () => {
  world = await createWorld({ overrides: { agents: new Map([['default', failing]]) } })
  ada = await world.person('Ada')
  bot = await BotService.create(world.url, ada)
  await link(world, ada, { channel: 'discord', externalId: '7' })
})
afterAll(() => world.stop())

it.each([
  ['coded', 'agent_unreachable'],
  ['anything', 'agent_failed'],
])('an agent that fails (%s) becomes a code, a reference and a sentence', async (message, code) => {
  const answer = await bot.says(message, account)
  const stream = await answer.text()
  expect(stream).not.toContain('hunter2')
  expect(stream).not.toContain('/srv')
  const events = eventsIn(stream).map(({ event }) => event)
  expect(events.slice(-3)).toMatchObject([
    { type: 'data-error', data: { code, reference: answer.turnId } },
    { type: 'error' },
    { type: 'finish', finishReason: 'error' },
  ])
  expect(stream.endsWith('data: [DONE]\n\n')).toBe(true)
})

it('a stream that is told again long after says the same', async () => {
  const answer = await bot.says('anything', account)
  const told = eventsIn(await answer.text()).map(({ event }) => event)
  await world.database.db
    .updateTable('turns')
    .set({ finished_at: new Date(0) })
    .where('id', '=', answer.turnId)
    .execute()
  const again = eventsIn(await (await bot.resumes(answer.turnId, 0)).text()).map(({ event }) => event)
  expect(again.slice(-3)).toEqual(told.slice(-3))
})

it('trouble of our own cuts the stream, without [DONE], so that the reader comes back', async () => {
  const answer = await bot.says('anything', account)
  await answer.text()
  const { db } = world.database
  await db.schema.alterTable('stream_events').renameTo('stream_events_away').execute()
  const cut = await (await bot.resumes(answer.turnId, 0)).text()
  expect(cut).toBe('')
  await db.schema.alterTable('stream_events_away').renameTo('stream_events').execute()
  expect(await (await bot.resumes(answer.turnId, 0)).text()).toContain('[DONE]')
})
