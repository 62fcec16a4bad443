import { describe, expect, it } from 'vitest'
import { TurnCancelled } from '../../agent.ts'
import { describeAgent } from '../../testing/agent-contract.ts'
import { startDifyServer } from '../../testing/dify-server.ts'
import { collect, memoryOf, textIn, turnOf } from '../../testing/turns.ts'
import { findEventFaults } from '../../testing/well-formed.ts'
import { dify } from './dify.ts'
import { apiKey, ask, askOnce, questionsTo, setUp } from './testing/set-up.ts'

describeAgent('dify', async () => {
  const server = await startDifyServer({ apiKey })
  const agentWith = (base_url: string, api_key: string) =>
    dify.create({ base_url, api_key }, { fetch, sleep: async () => undefined })
  return {
    agent: {
      run: (turn, signal) =>
        agentWith(
          turn.message.text === 'nobody there' ? 'http://127.0.0.1:1/v1' : server.url,
          turn.message.text === 'wrong key' ? 'app-wrong-key' : apiKey,
        ).run(turn, signal),
    },
    answered: turnOf('a few words'),
    long: turnOf('word '.repeat(500)),
    failing: [turnOf('wrong key'), turnOf('nobody there'), turnOf('')],
    secrets: [apiKey, 'app-wrong-key'],
    stop: server.stop,
  }
})

describe('a dify agent', () => {
  it('streams what a chat app says', async () => {
    const { events, server } = await askOnce({ kind: 'answer', text: ['Good ', 'morning'] })
    expect(events).toEqual([
      { type: 'text-start', id: 'text-1' },
      { type: 'text-delta', id: 'text-1', delta: 'Good ' },
      { type: 'text-delta', id: 'text-1', delta: 'morning' },
      { type: 'text-end', id: 'text-1' },
      { type: 'data-usage', data: { input_tokens: 10, output_tokens: 2 } },
    ])
    expect(questionsTo(server)).toEqual([
      {
        query: 'hello',
        inputs: {},
        response_mode: 'streaming',
        user: 'usr_ada',
        files: [],
        auto_generate_name: false,
      },
    ])
    expect(server.stopped).toEqual([])
  })

  it.each(['agent', 'flow'] as const)('tells the tools of an app of the kind %s', async (mode) => {
    const tools = [{ name: 'clock', input: { zone: 'UTC' }, output: '12:00' }]
    const { events } = await askOnce({ kind: 'answer', mode, tools, text: 'It is noon.' })
    expect(findEventFaults(events)).toEqual([])
    expect(events.slice(0, 3)).toMatchObject([
      { type: 'tool-input-start', toolName: 'clock' },
      { type: 'tool-input-available', toolName: 'clock', input: { zone: 'UTC' } },
      { type: 'tool-output-available', output: '12:00' },
    ])
    expect(textIn(events)).toBe('It is noon.')
  })

  it('understands an app that does not stream', async () => {
    const whole = {
      event: 'message',
      answer: 'All at once',
      metadata: {},
      conversation_id: 'c',
      task_id: 't',
    }
    const { events, error } = await askOnce({
      kind: 'raw',
      type: 'application/json',
      pieces: [JSON.stringify(whole)],
    })
    expect([textIn(events), error]).toEqual(['All at once', undefined])
  })

  it('reads the stream however the network cuts it, pings and unknown events among it', async () => {
    const stream = Buffer.from(
      [
        'event: ping\n\n',
        'data: {"event": "message", "task_id": "t", "conversation_id": "c", "answer": "Zażółć "}\r\n\r\n',
        'data: {"event": "tts_message", "audio": "AAAA"}\n\n',
        'data: {"event": "constructor"}\n\n',
        'data: {"event": "message_file", "answer": "gęślą"}\n\n',
        'data: {"event": "invented_tomorrow"}\n\n',
        'data: {"event": "message_end", "metadata": {}}',
      ].join(''),
    )
    for (const size of [1, 7, stream.length]) {
      const pieces = Array.from({ length: Math.ceil(stream.length / size) }, (_, index) =>
        stream.subarray(index * size, (index + 1) * size),
      )
      const { events, error } = await askOnce({ kind: 'raw', pieces })
      expect([textIn(events), error]).toEqual(['Zażółć gęślą', undefined])
    }
  })

  it('gives files that the app made, once each, and not those of the person', async () => {
    const { events } = await askOnce({
      kind: 'events',
      events: [
        { event: 'message_file', type: 'image', belongs_to: 'user', url: 'https://a.example/mine.png' },
        { event: 'message_file', type: 'image', belongs_to: 'assistant', url: '/files/tools/a.png?sign=1' },
        { event: 'message_file', type: 'image', belongs_to: 'assistant', url: 'javascript:alert(1)' },
        {
          event: 'message_end',
          files: [
            { filename: 'a.png', url: '/files/tools/a.png?sign=2' },
            { filename: 'b.pdf', mime_type: 'application/pdf', url: 'https://a.example/b.pdf' },
          ],
        },
      ],
    })
    expect(events).toEqual([
      {
        type: 'file',
        url: expect.stringMatching(/^http:.*\/files\/tools\/a\.png\?sign=1$/) as string,
        mediaType: 'image/png',
        filename: 'a.png',
      },
      { type: 'file', url: 'https://a.example/b.pdf', mediaType: 'application/pdf', filename: 'b.pdf' },
    ])
  })
})

describe('when a turn of a dify agent is stopped', () => {
  const half = {
    kind: 'events' as const,
    events: [{ event: 'message', answer: 'Well' }],
    end: 'hang' as const,
  }

  it('the app is told to stop, and the request ends', async () => {
    const { agent, server } = await setUp()
    server.next(half)
    const stop = new AbortController()
    const run = agent.run(turnOf('hello'), stop.signal)[Symbol.asyncIterator]()
    await run.next()
    stop.abort(new TurnCancelled())
    await expect(run.next()).rejects.toBe(stop.signal.reason)
    await expect.poll(() => server.stopped).toEqual([`task-${server.messages[0]?.id ?? ''}`])
    expect(server.requests.at(-1)?.body).toEqual({ user: 'usr_ada' })
    await server.requests.find(({ path }) => path === '/v1/chat-messages')?.closed
  })

  it('the app is told to stop when the reader goes away', async () => {
    const { agent, server } = await setUp()
    server.next(half)
    for await (const _ of agent.run(turnOf('hello'), new AbortController().signal)) break
    await expect.poll(() => server.stopped).toHaveLength(1)
  })

  it('the request ends before the first event, when there is no task yet', async () => {
    const { agent, server } = await setUp()
    server.next({ kind: 'silence' })
    const stop = new AbortController()
    const run = collect(agent.run(turnOf('hello'), stop.signal))
    await expect.poll(() => questionsTo(server)).toHaveLength(1)
    stop.abort(new Error('stopped'))
    expect(await run).toEqual({ events: [], error: stop.signal.reason as Error })
    await server.requests.at(-1)?.closed
    expect(server.stopped).toEqual([])
  })

  it('an attempt that was overtaken stops nothing', async () => {
    const { agent, server } = await setUp()
    server.next(half)
    const memory = memoryOf()
    const stop = new AbortController()
    const run = agent.run(turnOf('hello', { memory }), stop.signal)[Symbol.asyncIterator]()
    await run.next()
    memory.write = () => Promise.reject(new Error('taken over'))
    stop.abort(new TurnCancelled())
    await expect(run.next()).rejects.toBe(stop.signal.reason)
    await ask(agent)
    expect(server.stopped).toEqual([])
  })
})
