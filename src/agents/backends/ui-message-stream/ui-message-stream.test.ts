import { describe, expect, it, onTestFinished } from 'vitest'
import { TurnCancelled, type Agent, type AgentTurn } from '../../agent.ts'
import { describeAgent } from '../../testing/agent-contract.ts'
import type { Reply } from '../../testing/local-server.ts'
import { collect, memoryOf, textIn, turnOf } from '../../testing/turns.ts'
import { begun, chunks, spoken, startUiMessageServer } from '../../testing/ui-message-server.ts'
import { findEventFaults } from '../../testing/well-formed.ts'
import { uiMessageStream } from './ui-message-stream.ts'

const apiKey = 'key-of-the-app'
const dependencies = { fetch, sleep: async () => undefined }

describeAgent('ui-message-stream', async () => {
  const server = await startUiMessageServer({ apiKey })
  const agentWith = (url: string, api_key: string) => uiMessageStream.create({ url, api_key }, dependencies)
  return {
    agent: {
      run: (turn, signal) =>
        agentWith(
          turn.message.text === 'nobody there' ? 'http://127.0.0.1:1/api/chat' : `${server.url}/api/chat`,
          turn.message.text === 'wrong key' ? 'key-that-is-wrong' : apiKey,
        ).run(turn, signal),
    },
    answered: turnOf('a few words'),
    long: turnOf('word '.repeat(500)),
    failing: [turnOf('wrong key'), turnOf('nobody there')],
    secrets: [apiKey, 'key-that-is-wrong'],
    stop: server.stop,
  }
})

async function setUp(path = '/api/chat') {
  const server = await startUiMessageServer()
  onTestFinished(server.stop)
  return { server, agent: uiMessageStream.create({ url: server.url + path, max_retries: 0 }, dependencies) }
}

const ask = (agent: Agent, turn: AgentTurn = turnOf('hello')) =>
  collect(agent.run(turn, new AbortController().signal))

async function askOnce(reply: Reply) {
  const { agent, server } = await setUp()
  server.next(reply)
  const answer = await ask(agent)
  expect(findEventFaults(answer.events, answer.error === undefined)).toEqual([])
  return answer
}

describe('what a ui-message-stream agent asks', () => {
  it('is what the transport of the SDK posts, and whose turn it is', async () => {
    const { agent, server } = await setUp()
    const turn = turnOf('now', {
      history: [
        { role: 'user', text: 'hello', author: 'Ada' },
        { role: 'assistant', text: 'Good day', author: 'default' },
      ],
      message: {
        text: 'now',
        files: [{ name: 'a.pdf', mediaType: 'application/pdf', url: 'https://f.example/a' }],
      },
    })
    await ask(agent, turn)
    const [request] = server.requests
    const text = (text: string) => ({ type: 'text', text })
    expect(request?.body).toEqual({
      id: 'cnv_1',
      trigger: 'submit-message',
      messages: [
        { id: `${turn.id}-earlier-1`, role: 'user', parts: [text('hello')] },
        { id: `${turn.id}-earlier-2`, role: 'assistant', parts: [text('Good day')] },
        {
          id: turn.id,
          role: 'user',
          parts: [
            text('now'),
            { type: 'file', mediaType: 'application/pdf', filename: 'a.pdf', url: 'https://f.example/a' },
          ],
        },
      ],
      portico: { turn: { id: turn.id, attempt: 1 }, conversation: turn.conversation, user: turn.user },
    })
    expect(request?.headers).toMatchObject({
      'idempotency-key': turn.idempotencyKey,
      'portico-grant': turn.grant?.token,
      'portico-url': 'https://portico.example.org',
    })
  })

  it('keeps what the address asks for', async () => {
    const { agent, server } = await setUp('/api/chat/?tenant=7')
    const turn = turnOf('hello', { attempt: 2, memory: memoryOf() })
    await turn.memory.write({ turn: turn.idempotencyKey })
    await ask(agent, turn)
    expect(server.requests.map(({ path, query }) => `${path}?${query.toString()}`)).toEqual([
      '/api/chat/cnv_1/stream?tenant=7',
      '/api/chat/?tenant=7',
    ])
  })
})

describe('what a ui-message-stream agent tells', () => {
  it('is reasoning, tools, text, files, data and steps, under ids that are used once', async () => {
    const step = (text: string) => [
      { type: 'start-step' },
      { type: 'text-start', id: '0' },
      { type: 'text-delta', id: '0', delta: text },
      { type: 'text-end', id: '0' },
      { type: 'finish-step' },
    ]
    const { events, error } = await askOnce(
      chunks(
        { type: 'start' },
        { type: 'reasoning-start', id: '0' },
        { type: 'reasoning-delta', id: '0', delta: 'Hm' },
        { type: 'reasoning-end', id: '0' },
        { type: 'tool-input-available', toolCallId: 'c', toolName: 'clock', input: { zone: 'UTC' } },
        { type: 'tool-output-available', toolCallId: 'c', output: '11:59', preliminary: true },
        { type: 'tool-output-available', toolCallId: 'c', output: '12:00' },
        ...step('It is '),
        ...step('noon.'),
        { type: 'file', url: 'data:text/plain,x', mediaType: 'text/plain' },
        { type: 'data-usage', data: { input_tokens: 1 } },
        { type: 'message-metadata', messageMetadata: { secret: 1 } },
        { type: 'from-the-future', value: 1 },
        { type: 'finish' },
      ),
    )
    expect(error).toBeUndefined()
    expect(events.map(({ type }) => type).filter((type) => !type.startsWith('text'))).toEqual([
      'reasoning-start',
      'reasoning-delta',
      'reasoning-end',
      'tool-input-start',
      'tool-input-available',
      'tool-output-available',
      'start-step',
      'finish-step',
      'start-step',
      'finish-step',
      'file',
      'data-usage',
    ])
    expect(textIn(events)).toBe('It is noon.')
    expect(events).toContainEqual({ type: 'tool-output-available', toolCallId: 'c', output: '12:00' })
  })

  it('names the sources below the answer, but those that it names itself', async () => {
    const { events } = await askOnce(
      chunks(
        { type: 'source-url', sourceId: '1', url: 'https://a.example/x', title: 'A [page]' },
        { type: 'source-url', sourceId: '2', url: 'https://b.example/', title: 'B' },
        { type: 'source-url', sourceId: '3', url: 'javascript:alert(1)', title: 'C' },
        { type: 'text-delta', id: '0', delta: 'See https://b.example/' },
        { type: 'finish' },
      ),
    )
    expect(textIn(events)).toBe('See https://b.example/\n\nSources: [A page](<https://a.example/x>) · C')
  })

  it('closes what its server leaves open', async () => {
    const { events } = await askOnce(
      chunks(
        { type: 'start-step' },
        { type: 'tool-input-start', toolCallId: 'c', toolName: 'clock' },
        { type: 'tool-input-delta', toolCallId: 'c', inputTextDelta: '{"zone":"UTC"}' },
        { type: 'text-delta', id: 'never-started', delta: 'Yes' },
      ),
    )
    expect(events).toContainEqual({
      type: 'tool-input-available',
      toolCallId: 'c',
      toolName: 'clock',
      input: { zone: 'UTC' },
    })
  })

  it.each<[string, Reply, string]>([
    ['an error', chunks({ type: 'error', errorText: 'ENOENT /srv/secret' }), 'agent_failed'],
    ['an abort', chunks({ type: 'text-delta', id: '0', delta: 'Ha' }, { type: 'abort' }), 'agent_failed'],
    ['no word', chunks({ type: 'start' }, { type: 'finish' }), 'agent_failed'],
    ['a content filter', chunks({ type: 'finish', finishReason: 'content-filter' }), 'agent_refused'],
    ['half an answer', begun(undefined, { type: 'text-delta', id: '0', delta: 'Ha' }), 'agent_failed'],
    ['a cut connection', begun('cut', { type: 'text-delta', id: '0', delta: 'Ha' }), 'agent_unreachable'],
    [
      'nonsense',
      { headers: { 'content-type': 'text/event-stream' }, pieces: ['data: <html>\n\n'] },
      'agent_failed',
    ],
    ['a page', { headers: { 'content-type': 'text/html' }, pieces: ['<html>'] }, 'agent_failed'],
  ])('fails with a sentence of ours after %s', async (_name, reply, code) => {
    const { error } = await askOnce(reply)
    expect(error).toMatchObject({ name: 'AgentError', code })
    expect(error).toMatchObject({ public: expect.not.stringContaining('ENOENT') as string })
  })

  it('does not depend on where the network cuts', async () => {
    const whole = Buffer.from(spoken('Привіт 你好 😀').pieces.join(''))
    const pieces = Array.from(whole, (_, index) => whole.subarray(index, index + 1))
    const { events, error } = await askOnce({ headers: { 'content-type': 'text/event-stream' }, pieces })
    expect([textIn(events), error]).toEqual(['Привіт 你好 😀', undefined])
  })

  it('ends with the request when the turn is stopped', async () => {
    const { agent, server } = await setUp()
    server.next(begun('hang', { type: 'text-delta', id: '0', delta: 'Well' }))
    const stop = new AbortController()
    const run = agent.run(turnOf('hello'), stop.signal)[Symbol.asyncIterator]()
    await run.next()
    stop.abort(new TurnCancelled())
    await expect(run.next()).rejects.toBe(stop.signal.reason)
    await server.requests[0]?.closed
  })
})
