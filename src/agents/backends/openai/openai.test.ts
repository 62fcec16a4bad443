import { describe, expect, it } from 'vitest'
import { describeAgent } from '../../testing/agent-contract.ts'
import { startOpenAiServer } from '../../testing/openai-server.ts'
import { collect, textIn, turnOf } from '../../testing/turns.ts'
import { findEventFaults } from '../../testing/well-formed.ts'
import { openai } from './openai.ts'
import { apiKey, ask, askOnce, setUp } from './testing/set-up.ts'

describeAgent('openai', async () => {
  const server = await startOpenAiServer({ apiKey })
  const agentWith = (base_url: string, api_key: string) =>
    openai.create({ base_url, api_key, model: 'test-model' }, { fetch, sleep: async () => undefined })
  return {
    agent: {
      // Which key is sent, and to which server, decides whether the turn fails.
      run: (turn, signal) =>
        agentWith(
          turn.message.text === 'nobody there' ? 'http://127.0.0.1:1/v1' : server.url,
          turn.message.text === 'wrong key' ? 'sk-wrong-key' : apiKey,
        ).run(turn, signal),
    },
    answered: turnOf('a few words'),
    long: turnOf('word '.repeat(500)),
    failing: [turnOf('wrong key'), turnOf('nobody there')],
    secrets: [apiKey, 'sk-wrong-key'],
    stop: server.stop,
  }
})

describe('an openai agent', () => {
  it('streams what the model says', async () => {
    const { events } = await askOnce({ kind: 'answer', text: ['Good ', 'morning'] })
    expect(events).toEqual([
      { type: 'text-start', id: 'text-1' },
      { type: 'text-delta', id: 'text-1', delta: 'Good ' },
      { type: 'text-delta', id: 'text-1', delta: 'morning' },
      { type: 'text-end', id: 'text-1' },
      { type: 'data-usage', data: { input_tokens: 10, output_tokens: 2 } },
    ])
  })

  it('streams reasoning before the answer', async () => {
    const { events } = await askOnce({ kind: 'answer', reasoning: 'Let me see', text: 'Yes' })
    expect(findEventFaults(events)).toEqual([])
    expect(events.map(({ type }) => type).slice(0, 6)).toEqual([
      'reasoning-start',
      'reasoning-delta',
      'reasoning-delta',
      'reasoning-delta',
      'reasoning-end',
      'text-start',
    ])
  })

  it('gives a refusal of the model as its answer', async () => {
    const { events } = await askOnce({ kind: 'answer', refusal: 'I would rather not.' })
    expect(textIn(events)).toBe('I would rather not.')
  })

  it('says when an answer was cut short', async () => {
    const long = await askOnce({ kind: 'answer', text: 'Half', finishReason: 'length' })
    expect(textIn(long.events)).toContain('it reached the length limit')
    const filtered = await askOnce({ kind: 'answer', text: 'Half', finishReason: 'content_filter' })
    expect(textIn(filtered.events)).toContain('stopped by a content filter')
  })

  it('sends the key, a stable idempotency key and a pseudonym of the person', async () => {
    const { agent, server } = await setUp()
    const turn = turnOf('hello')
    await ask(agent, turn)
    await ask(agent, { ...turn, attempt: 2 })
    const [first, second] = server.requests
    expect(first?.headers['authorization']).toBe(`Bearer ${apiKey}`)
    expect(first?.headers['idempotency-key']).toBe(turn.idempotencyKey)
    expect(second?.headers['idempotency-key']).toBe(turn.idempotencyKey)
    expect(first?.body['user']).toMatch(/^[\w-]{32}$/)
    expect(second?.body['user']).toBe(first?.body['user'])
    expect(JSON.stringify(first?.body)).not.toContain('usr_ada')
    expect(first?.body).toMatchObject({ stream: true, stream_options: { include_usage: true } })
    expect(first?.body).not.toHaveProperty('temperature')
  })

  it('asks the server for a model when none is named', async () => {
    const server = await startOpenAiServer({ models: ['local-a', 'local-b'] })
    const agent = openai.create({ base_url: server.url }, { fetch, sleep: async () => undefined })
    expect(textIn((await ask(agent)).events)).toBe('hello')
    await ask(agent)
    expect(server.requests.map(({ path }) => path)).toEqual([
      '/v1/models',
      '/v1/chat/completions',
      '/v1/chat/completions',
    ])
    expect(server.requests[1]?.body['model']).toBe('local-a')
    expect(server.requests[1]?.headers['authorization']).toBeUndefined()
    await server.stop()
  })

  it('ends the HTTP request when the turn is stopped', async () => {
    const { agent, server } = await setUp()
    server.next({ kind: 'raw', pieces: [eventOf('Well')], end: 'hang' })
    const stop = new AbortController()
    const run = agent.run(turnOf('hello'), stop.signal)[Symbol.asyncIterator]()
    await run.next()
    stop.abort(new Error('stopped'))
    await expect(run.next()).rejects.toThrow('stopped')
    await server.requests[0]?.closed
  })

  it('ends the HTTP request when it is stopped before the first byte', async () => {
    const { agent, server } = await setUp()
    server.next({ kind: 'silence' })
    const stop = new AbortController()
    const run = collect(agent.run(turnOf('hello'), stop.signal))
    await expect.poll(() => server.requests.length).toBe(1)
    stop.abort(new Error('stopped'))
    expect(await run).toEqual({ events: [], error: stop.signal.reason as Error })
    await server.requests[0]?.closed
  })

  it('ends the HTTP request when the reader goes away', async () => {
    const { agent, server } = await setUp()
    server.next({ kind: 'raw', pieces: [eventOf('Well')], end: 'hang' })
    for await (const _ of agent.run(turnOf('hello'), new AbortController().signal)) break
    await server.requests[0]?.closed
  })
})

function eventOf(content: string): string {
  return `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`
}
