import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findEventFaults } from '../../agents/testing/well-formed.ts'
import type { TurnEvent } from '../../agents/agent.ts'
import { ScriptedAgent } from '../../conversations/testing/scripted-agent.ts'
import { BotService, eventsIn, link } from '../../testing/bot-service.ts'
import { textOfStream, type Person } from '../../testing/person.ts'
import { createWorld, type World } from '../../testing/world.ts'

let world: World
let agent: ScriptedAgent
let ada: Person
let bot: BotService
const account = { platform: 'DISCORD', platform_user_id: '7' }

beforeAll(async () => {
  agent = new ScriptedAgent()
  world = await createWorld({ overrides: { agents: new Map([['default', agent]]) } })
  ada = await world.person('Ada')
  bot = await BotService.create(world.url, ada)
  await link(world, ada, { channel: 'discord', externalId: '7', keyId: bot.keyId })
})
afterAll(() => world.stop())

describe('a bot that asks for a linked person', () => {
  it('reads the answer in the UI message stream protocol, and is told the session and the turn', async () => {
    const response = await bot.ask('POST', '/stream', { ...account, message: 'hello' })
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    expect(response.headers.get('x-vercel-ai-ui-message-stream')).toBe('v1')
    expect(response.headers.get('x-session-id')).toMatch(/^cnv_/)
    expect(response.headers.get('x-turn-id')).toMatch(/^trn_/)
    const stream = await response.text()
    expect(stream.endsWith('data: [DONE]\n\n')).toBe(true)
    expect(textOfStream(stream)).toBe('You said: hello')
    const events = eventsIn(stream)
    expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => index + 1))
    expect(findEventFaults(events.map(({ event }) => event as TurnEvent))).toEqual([])
  })

  it('goes on in a session, which is a conversation of the person like any other', async () => {
    const sessionId = await bot.session({ user_id: ada.id, message: 'About cats' })
    const answer = await bot.says('and dogs', { ...account, session_id: sessionId })
    expect(answer.sessionId).toBe(sessionId)
    await answer.text()
    expect(await ada.get(`/api/conversations/${sessionId}`)).toMatchObject({ title: 'About cats' })
    await ada.stream(await ada.turn(sessionId, 'and mice, says the console'))
    const { messages } = await ada.messages(sessionId)
    expect(messages.map(({ role, author }) => [role, author])).toEqual([
      ['user', 'Ada'],
      ['assistant', 'default'],
      ['user', 'Ada'],
      ['assistant', 'default'],
    ])
    expect(agent.runs.at(-1)?.history.map(({ text }) => text)).toEqual(['and dogs', 'You said: and dogs'])
  })

  it('leaves where the person was named by their account a trace of it', async () => {
    const named = await bot.session(account)
    expect(await ada.get(`/api/conversations/${named}`)).toMatchObject({
      channel_source: { provider: 'discord', chat_id: '7', connection_id: 'con_discord_7' },
    })
    const byId = await bot.session({ user_id: ada.id })
    expect(await ada.get(`/api/conversations/${byId}`)).toMatchObject({ channel_source: null })
  })

  it('goes on with its sessions after its key was rotated', async () => {
    const old = await BotService.create(world.url, ada, { name: 'Rotated' })
    const sessionId = await old.session(account)
    const { key } = await ada.post<{ key: string }>(`/api/bot-keys/${old.keyId}/rotate`)
    const rotated = new BotService(world.url, key, old.keyId)
    expect((await rotated.says('still me', { ...account, session_id: sessionId })).sessionId).toBe(sessionId)
  })

  it('resumes a turn after any event, on any replica, also after it has ended', async () => {
    const other = bot.at((await world.replica()).url)
    const answer = await bot.says('again', account)
    const whole = eventsIn(await answer.text())
    for (const { id } of whole) {
      const rest = await other.resumes(answer.turnId, id ?? 0)
      expect([rest.turnId, rest.sessionId]).toEqual([answer.turnId, answer.sessionId])
      expect(eventsIn(await rest.text())).toEqual(whole.slice(id ?? 0))
    }
  })

  it('cancels a turn that runs on another replica', async () => {
    const other = bot.at((await world.replica()).url)
    const answer = await bot.says('wait for the cancel', account)
    await agent.untilRun('wait for the cancel')
    const cancelled = await other.ask('POST', `/turns/${answer.turnId}/cancel`)
    expect([cancelled.status, await cancelled.json()]).toEqual([202, { turn_id: answer.turnId }])
    expect(eventsIn(await answer.text()).at(-1)?.event.type).toBe('abort')
    expect((await other.ask('POST', `/turns/${answer.turnId}/cancel`)).status).toBe(202)
  })

  it('hands files on to the agent', async () => {
    const file = { url: 'data:text/plain;base64,aGk=', media_type: 'text/plain', filename: 'hi.txt' }
    await (await bot.says('with a file', { ...account, files: [file] })).text()
    const run = agent.runs.find(({ message }) => message.text === 'with a file')
    expect(run?.message.files).toMatchObject([{ name: 'hi.txt', mediaType: 'text/plain' }])
  })
})
