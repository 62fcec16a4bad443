import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findEventFaults } from '../agents/testing/well-formed.ts'
import type { TurnEvent } from '../agents/agent.ts'
import { textOfStream, type Person } from '../testing/person.ts'
import { createWorld, type World } from '../testing/world.ts'
import { ScriptedAgent } from './testing/scripted-agent.ts'

let world: World
let agent: ScriptedAgent
let ada: Person

beforeAll(async () => {
  agent = new ScriptedAgent()
  world = await createWorld({
    yaml: 'agents: { default: { kind: echo, queue_limit: 3 } }',
    overrides: { agents: new Map([['default', agent]]) },
  })
  ada = await world.person('Ada')
})
afterAll(() => world.stop())

function eventsOf(stream: string): { id: number; event: TurnEvent }[] {
  return [...stream.matchAll(/^id: (\d+)\ndata: (.*)$/gm)].map(([, id, data]) => ({
    id: Number(id),
    event: JSON.parse(data ?? '') as TurnEvent,
  }))
}

describe('a turn', () => {
  it('streams in the UI message stream protocol, numbered, and ends with [DONE]', async () => {
    const { id } = await ada.begin()
    const response = await ada.ask(
      'POST',
      `/api/conversations/${id}/turns`,
      { message: 'hello' },
      { accept: 'text/event-stream' },
    )
    expect(response.headers.get('x-vercel-ai-ui-message-stream')).toBe('v1')
    expect(response.headers.get('x-accel-buffering')).toBe('no')
    const stream = await response.text()
    expect(stream.endsWith('data: [DONE]\n\n')).toBe(true)
    const events = eventsOf(stream)
    expect(events.map((one) => one.id)).toEqual(events.map((_, index) => index + 1))
    expect(findEventFaults(events.map(({ event }) => event))).toEqual([])
    expect(events.map(({ event }) => event.type)).toEqual([
      'start',
      'text-start',
      'text-delta',
      'text-end',
      'finish',
    ])
  })

  it('is read again from any event on, also after it has ended', async () => {
    const { id } = await ada.begin()
    const turnId = await ada.turn(id, 'again')
    const whole = eventsOf(await ada.stream(turnId))
    for (const { id: after } of whole) {
      expect(eventsOf(await ada.stream(turnId, after))).toEqual(whole.filter((one) => one.id > after))
    }
    // Nobody can have seen an event that never was: such a reader starts over.
    expect(eventsOf(await ada.stream(turnId, 9999))).toEqual(whole)
  })

  it('is one turn however often it is asked for under the same message_id', async () => {
    const { id } = await ada.begin()
    const turns = await Promise.all(Array.from({ length: 8 }, () => ada.turn(id, 'only once', 'retry-1')))
    expect(new Set(turns).size).toBe(1)
    await ada.stream(turns[0] ?? '')
    expect(agent.runs.filter((run) => run.message.text === 'only once')).toHaveLength(1)
    expect((await ada.messages(id)).messages).toHaveLength(2)
  })

  it('is cancelled while it runs, and while it waits', async () => {
    const { id } = await ada.begin()
    const running = await ada.turn(id, 'wait for the cancel')
    const waiting = await ada.turn(id, 'never runs')
    await agent.untilRun('wait for the cancel')
    await ada.post(`/api/turns/${waiting}/cancel`)
    await ada.post(`/api/turns/${running}/cancel`)
    const types = eventsOf(await ada.stream(running)).map(({ event }) => event.type)
    expect(types.at(-1)).toBe('abort')
    expect(textOfStream(await ada.stream(waiting))).toBe('')
    expect(agent.runs.some((run) => run.message.text === 'never runs')).toBe(false)
    const { messages, turn } = await ada.messages(id)
    expect(turn).toBeNull()
    expect(messages.find(({ role }) => role === 'assistant')?.parts.at(-1)).toEqual({
      type: 'notice',
      text: 'Stopped.',
    })
  })

  it('tells what went wrong in the stream and in the record, without the cause', async () => {
    const { id } = await ada.begin()
    const stream = await ada.stream(await ada.turn(id, 'fail now'))
    expect(stream).toMatch(/"type":"error","errorText":"Something went wrong on our side. Reference: trn_/)
    expect(stream).not.toMatch(/scripted/)
    const { messages } = await ada.messages(id)
    expect(messages.at(-1)?.parts.at(-1)).toMatchObject({ type: 'error' })
  })

  it('is kept whatever characters the agent writes', async () => {
    const { id } = await ada.begin()
    const stream = await ada.stream(await ada.turn(id, 'odd'))
    expect(textOfStream(stream)).toBe('You said: odd\u0000\ud800')
    const { messages } = await ada.messages(id)
    expect(messages.at(-1)?.parts).toEqual([{ type: 'text', text: 'You said: odd\u0000\ud800' }])
  })

  it('ends when its conversation is deleted, and leaves nothing behind', async () => {
    const { id } = await ada.begin()
    const turnId = await ada.turn(id, 'wait for the end')
    await agent.untilRun('wait for the end')
    const reading = ada.stream(turnId)
    expect((await ada.ask('DELETE', `/api/conversations/${id}`)).status).toBe(204)
    expect(await reading).toContain('[DONE]')
    expect((await ada.ask('GET', `/api/turns/${turnId}/stream`)).status).toBe(404)
  })
})

describe('refused input', () => {
  it('is refused when too many turns wait, and says when to try again', async () => {
    const { id } = await ada.begin()
    await ada.turn(id, 'wait for the queue')
    await ada.turn(id, 'second')
    await ada.turn(id, 'third')
    const refusal = await ada.ask('POST', `/api/conversations/${id}/turns`, { message: 'fourth' })
    expect(refusal.status).toBe(429)
    expect(refusal.headers.get('retry-after')).toBe('5')
    expect(await refusal.json()).toMatchObject({ code: 'conversation_busy' })
    agent.release('wait for the queue')
  })

  it.each([
    [{}, 'message'],
    [{ message: '' }, 'message'],
    [{ message: 5 }, 'message'],
    [{ message: 'x'.repeat(32_001) }, 'message'],
    [{ message: 'x', model: 'gpt' }, 'model'],
    [{ message: 'x', files: [{ url: 'http://127.0.0.1/', media_type: 'text/plain' }] }, 'url'],
  ])('422 for %j', async (body, path) => {
    const { id } = await ada.begin()
    const refusal = await ada.ask('POST', `/api/conversations/${id}/turns`, body)
    expect(refusal.status).toBe(422)
    const { errors } = (await refusal.json()) as { errors: { path: string }[] }
    expect(JSON.stringify(errors)).toContain(path)
  })

  it('422 for an agent that is not configured', async () => {
    const refusal = await ada.ask('POST', '/api/conversations', { agent: 'nobody' })
    expect([refusal.status, ((await refusal.json()) as { code: string }).code]).toEqual([
      422,
      'agent_unknown',
    ])
  })
})
