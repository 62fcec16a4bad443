import { describe, expect, it } from 'vitest'
import type { HistoryMessage } from '../../agent.ts'
import { message } from '../../testing/ag-ui-server.ts'
import { memoryOf, textIn, turnOf } from '../../testing/turns.ts'
import { fieldsOf, listOf } from '../../../lib/json.ts'
import { ask, setUp } from './testing/set-up.ts'

const said = message(['Yes'])
const user = (text: string): HistoryMessage => ({ role: 'user', text, author: 'Ada' })
const assistant = (text: string): HistoryMessage => ({ role: 'assistant', text, author: 'default' })

describe('the thread of an ag-ui agent', () => {
  it('is the conversation, its runs the attempts of turns', async () => {
    const { agent, server } = await setUp()
    const turn = turnOf('hello')
    await ask(agent, turn)
    await ask(agent, { ...turn, attempt: 2 })
    const [first, second] = server.requests
    expect(first?.body).toMatchObject({
      threadId: 'cnv_1',
      runId: turn.id,
      state: {},
      tools: [],
      context: [],
    })
    expect(second?.body).toMatchObject({ threadId: 'cnv_1', runId: `${turn.id}-2` })
    expect(second?.headers['idempotency-key']).toBe(turn.idempotencyKey)
  })

  it('holds messages that keep their ids from turn to turn, alike ones apart', async () => {
    const { agent, server } = await setUp()
    await ask(agent, turnOf('yes', { history: [user('yes'), assistant('Good')] }))
    await ask(
      agent,
      turnOf('no', { history: [user('yes'), assistant('Good'), user('yes'), assistant('Fine')] }),
    )
    const [first, second] = server.requests.map(({ body }) => listOf(body['messages']).map(fieldsOf))
    const ids = (second ?? []).map(({ id }) => id)
    expect(ids.slice(0, 3)).toEqual((first ?? []).map(({ id }) => id))
    expect(new Set(ids).size).toBe(5)
    expect(second?.map(({ content }) => content)).toEqual(['yes', 'Good', 'yes', 'Fine', 'no'])
  })

  it('holds the question only, for a server that remembers the rest', async () => {
    const { agent, server } = await setUp({ history_messages: 0 })
    await ask(agent, turnOf('now', { history: [user('yes'), assistant('Good')] }))
    expect(listOf(server.requests[0]?.body['messages'])).toMatchObject([{ role: 'user', content: 'now' }])
  })

  it('keeps the agent’s state, as it was told and changed', async () => {
    const { agent, server } = await setUp()
    const memory = memoryOf()
    server.next({
      kind: 'run',
      events: [
        { type: 'STATE_SNAPSHOT', snapshot: { basket: ['bell'] } },
        ...said,
        { type: 'STATE_DELTA', delta: [{ op: 'add', path: '/basket/-', value: 'lamp' }] },
      ],
    })
    await ask(agent, turnOf('one', { memory }))
    await ask(agent, turnOf('two', { memory }))
    expect(server.requests[1]?.body['state']).toEqual({ basket: ['bell', 'lamp'] })
  })

  it.each([
    ['too large', { type: 'STATE_SNAPSHOT', snapshot: 'x'.repeat(40_000) }],
    ['lost', { type: 'STATE_DELTA', delta: [{ op: 'remove', path: '/nowhere' }] }],
  ])('forgets a state that is %s', async (_name, event) => {
    const { agent, server } = await setUp()
    const memory = memoryOf({ member: { state: { basket: [] }, interrupts: [] } })
    server.next({ kind: 'run', events: [event, ...said] })
    await ask(agent, turnOf('one', { memory }))
    await ask(agent, turnOf('two', { memory }))
    expect(server.requests[1]?.body['state']).toEqual({})
  })

  it('does not keep the state of a run that failed', async () => {
    const { agent, server } = await setUp()
    const memory = memoryOf()
    server.next({
      kind: 'events',
      events: [
        { type: 'STATE_SNAPSHOT', snapshot: { half: true } },
        { type: 'RUN_ERROR', message: 'no' },
      ],
    })
    await ask(agent, turnOf('one', { memory }))
    expect(memory.read()).toBeUndefined()
  })

  it('asks what an interrupted run asks, and lets go of it with the next question', async () => {
    const { agent, server } = await setUp()
    const memory = memoryOf()
    const interrupts = [{ id: 'int-1', reason: 'confirmation', message: 'Shall I pay?' }]
    server.next({ kind: 'run', events: [], end: { outcome: { type: 'interrupt', interrupts } } })
    expect(textIn((await ask(agent, turnOf('pay', { memory }))).events)).toBe('Shall I pay?')
    await ask(agent, turnOf('what?', { memory }))
    await ask(agent, turnOf('well', { memory }))
    const resumed = server.requests.map(({ body }) => body['resume'])
    expect(resumed).toEqual([undefined, [{ interruptId: 'int-1', status: 'cancelled' }], undefined])
  })

  it('gives files as parts of the question', async () => {
    const { agent, server } = await setUp()
    const files = [
      {
        name: 'a.png',
        mediaType: 'image/png',
        url: 'https://p.example/a',
        read: async () => new Blob(['abc']),
      },
      { name: 'b.pdf', mediaType: 'application/pdf', url: 'https://p.example/b' },
    ]
    await ask(agent, turnOf('look', { message: { text: 'look', files } }))
    expect(fieldsOf(listOf(server.requests[0]?.body['messages'])[0])['content']).toEqual([
      { type: 'text', text: 'look' },
      { type: 'image', source: { type: 'data', value: 'YWJj', mimeType: 'image/png' } },
      {
        type: 'document',
        source: { type: 'url', value: 'https://p.example/b', mimeType: 'application/pdf' },
      },
    ])
  })
})
