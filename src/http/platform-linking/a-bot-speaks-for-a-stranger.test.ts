import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ScriptedAgent } from '../../conversations/testing/scripted-agent.ts'
import { BotService, eventsIn, link, type BotAnswer } from '../../testing/bot-service.ts'
import type { Person } from '../../testing/person.ts'
import { createWorld, type World } from '../../testing/world.ts'

/** The fear: a bot reads, or writes in, what belongs to somebody who never let it, or who lets it no more. */
let world: World
let agent: ScriptedAgent
let ada: Person
let eve: Person
let bot: BotService
let other: BotService
let connectionId: string
let sessionId: string
let answer: BotAnswer
const adas = { platform: 'DISCORD', platform_user_id: 'ada' }
const eves = { platform: 'DISCORD', platform_user_id: 'eve' }

beforeAll(async () => {
  agent = new ScriptedAgent()
  world = await createWorld({ overrides: { agents: new Map([['default', agent]]) } })
  ada = await world.person('Ada')
  eve = await world.person('Eve')
  bot = await BotService.create(world.url, ada, { name: 'First' })
  other = await BotService.create(world.url, ada, { name: 'Second' })
  connectionId = await link(world, ada, { channel: 'discord', externalId: 'ada' })
  await link(world, eve, { channel: 'discord', externalId: 'eve' })
  answer = await bot.says('hello', adas)
  await answer.text()
  sessionId = answer.sessionId
})
afterAll(() => world.stop())

async function codeOf(response: Promise<Response>): Promise<string> {
  return ((await (await response).json()) as { code: string }).code
}

describe('a session', () => {
  it.each(['/session', '/stream'])('of one person is none of another’s at %s', async (path) => {
    const body = { ...eves, session_id: sessionId, message: 'let me in' }
    expect(await codeOf(bot.ask('POST', path, body))).toBe('session_not_found')
  })

  it.each(['/session', '/stream'])('of one bot is none of another’s at %s', async (path) => {
    const body = { ...adas, session_id: sessionId, message: 'let me in' }
    expect(await codeOf(other.ask('POST', path, body))).toBe('session_not_found')
  })

  it('is not a conversation that the person began elsewhere', async () => {
    const { id } = await ada.begin()
    const body = { ...adas, session_id: id, message: 'let me in' }
    expect(await codeOf(bot.ask('POST', '/stream', body))).toBe('session_not_found')
    const turnId = await ada.turn(id, 'private')
    expect(await codeOf(bot.ask('GET', `/turns/${turnId}/stream`))).toBe('turn_not_found')
    expect(await codeOf(bot.ask('POST', `/turns/${turnId}/cancel`))).toBe('turn_not_found')
  })

  it('that was deleted is gone', async () => {
    const gone = await bot.session(adas)
    await ada.ask('DELETE', `/api/conversations/${gone}`)
    const body = { ...adas, session_id: gone, message: 'still there?' }
    expect(await codeOf(bot.ask('POST', '/stream', body))).toBe('session_not_found')
  })

  it('has turns that another bot neither reads nor cancels', async () => {
    expect(await codeOf(other.ask('GET', `/turns/${answer.turnId}/stream`))).toBe('turn_not_found')
    expect(await codeOf(other.ask('POST', `/turns/${answer.turnId}/cancel`))).toBe('turn_not_found')
  })
})

describe('a person', () => {
  const update = (table: 'users' | 'workspaces', id: string, values: object) =>
    world.database.db.updateTable(table).set(values).where('id', '=', id).execute()

  it('in another workspace is not linked', async () => {
    const { id } = await ada.post<{ id: string }>('/api/workspaces', { name: 'Elsewhere' })
    await world.database.db
      .updateTable('connections')
      .set({ workspace_id: id })
      .where('user_id', '=', eve.id)
      .execute()
    for (const name of [eves, { user_id: eve.id }])
      expect(await codeOf(bot.ask('POST', '/session', name))).toBe('person_not_linked')
  })

  it('who is blocked is not linked', async () => {
    await update('users', ada.id, { banned: true })
    expect(await codeOf(bot.ask('POST', '/session', adas))).toBe('person_not_linked')
    expect(await codeOf(bot.ask('GET', `/turns/${answer.turnId}/stream`))).toBe('turn_not_found')
    await update('users', ada.id, { banned: false })
  })

  it('who is linked on other platforms only is not linked for the bot', async () => {
    const slack = await BotService.create(world.url, ada, { name: 'Third', platforms: ['SLACK'] })
    expect(await codeOf(slack.ask('POST', '/session', { user_id: ada.id }))).toBe('person_not_linked')
  })
})

describe('in the middle of an answer', () => {
  let n = 0
  let running: BotAnswer
  let question: string
  beforeEach(async () => {
    question = `wait ${++n}`
    running = await bot.says(question, { user_id: ada.id })
    await agent.untilRun(question)
  })

  /** The bot is told why there is no more, and the answer goes on for the person. */
  async function expectEnd() {
    const stream = await running.text()
    const [coded, told, finish] = eventsIn(stream).slice(-3)
    const data = { code: 'bot_access_ended', reference: running.turnId }
    expect(coded).toEqual({ id: null, event: { type: 'data-error', data } })
    expect([told?.event.type, finish?.event.type]).toEqual(['error', 'finish'])
    expect(stream.endsWith('data: [DONE]\n\n')).toBe(true)
    agent.release(question)
    expect(await ada.stream(running.turnId)).toContain(`You said: ${question}`)
  }

  afterEach(async () => {
    await world.database.db
      .updateTable('connections')
      .set({ status: 'connected', revoked_at: null })
      .where('id', '=', connectionId)
      .execute()
  })

  const unlink = async (id: string) =>
    expect((await ada.ask('DELETE', `/api/channels/connections/${id}`)).status).toBe(204)
  const lastOf = async (asked: BotAnswer) => eventsIn(await asked.text()).at(-1)?.event.type

  it('a person whose last account is unlinked stops what was asked for them, also by their id', async () => {
    await unlink(connectionId)
    expect(await lastOf(running)).toBe('abort')
    expect(await codeOf(bot.ask('GET', `/turns/${running.turnId}/stream`))).toBe('turn_not_found')
  })

  it('a person who has another account that the bot speaks for stops nothing but what that account asked', async () => {
    const slack = await BotService.create(world.url, ada, { name: 'Fourth', platforms: ['SLACK'] })
    const slackId = await link(world, ada, { channel: 'slack', externalId: 'ada' })
    const bySlack = await slack.says('wait on Slack', { user_id: ada.id })
    const byAccount = await bot.says('wait for the end', adas)
    await Promise.all(['wait on Slack', 'wait for the end'].map((text) => agent.untilRun(text)))
    await unlink(connectionId)
    expect(await lastOf(byAccount)).toBe('abort')
    const stopped = await world.database.db
      .selectFrom('turns')
      .select('id')
      .where('cancel_requested_at', 'is not', null)
      .where('id', 'in', [running.turnId, bySlack.turnId])
      .execute()
    expect(stopped).toEqual([])
    await unlink(slackId)
    expect(await lastOf(bySlack)).toBe('abort')
    expect(await lastOf(running)).toBe('abort')
  })

  it('what the person asks in the app in the same session goes on', async () => {
    const { turn_id } = await ada.post<{ turn_id: string }>(`/api/conversations/${running.sessionId}/turns`, {
      message: 'still mine',
    })
    await unlink(connectionId)
    expect(await ada.stream(turn_id)).toContain('You said: still mine')
  })

  it('a key that is revoked ends the reading', async () => {
    expect((await ada.ask('DELETE', `/api/bot-keys/${bot.keyId}`)).status).toBe(204)
    await expectEnd()
    expect(await codeOf(bot.ask('GET', `/turns/${running.turnId}/stream`))).toBe('credential_invalid')
  })
})

it('a question that comes while the person disconnects is refused, and asks no agent', async () => {
  const { db } = world.database
  const id = await link(world, ada, { channel: 'discord', externalId: 'leaving' })
  const [ended, answerable] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()]
  const disconnecting = db.transaction().execute(async (tx) => {
    await tx.updateTable('connections').set({ status: 'revoked' }).where('id', '=', id).execute()
    ended.resolve(undefined)
    await answerable.promise
  })
  await ended.promise
  const name = { platform: 'DISCORD', platform_user_id: 'leaving' }
  const fresh = await BotService.create(world.url, ada, { name: 'Fresh' })
  const asking = codeOf(fresh.ask('POST', '/stream', { ...name, message: 'just in time?' }))
  const waiters = sql<{ n: number }>`
    select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
  await expect.poll(async () => (await waiters.execute(db)).rows[0]?.n).toBe(1)
  answerable.resolve(undefined)
  await disconnecting
  expect(await asking).toBe('person_not_linked')
  expect(agent.runs.map(({ message }) => message.text)).not.toContain('just in time?')
})
