import { describe, expect, it } from 'vitest'
import { describeAgent } from '../../testing/agent-contract.ts'
import { message, startAgUiServer } from '../../testing/ag-ui-server.ts'
import { collect, textIn, turnOf } from '../../testing/turns.ts'
import { findEventFaults } from '../../testing/well-formed.ts'
import { agUi } from './ag-ui.ts'
import { apiKey, askOnce, setUp } from './testing/set-up.ts'

describeAgent('ag-ui', async () => {
  const server = await startAgUiServer({ apiKey })
  const agentWith = (url: string, api_key: string) =>
    agUi.create({ url, api_key }, { fetch, sleep: async () => undefined })
  return {
    agent: {
      run: (turn, signal) =>
        agentWith(
          turn.message.text === 'nobody there' ? 'http://127.0.0.1:1/agent' : server.url,
          turn.message.text === 'wrong key' ? 'ag-wrong-key' : apiKey,
        ).run(turn, signal),
    },
    answered: turnOf('a few words'),
    long: turnOf('word '.repeat(200)),
    failing: [turnOf('wrong key'), turnOf('nobody there')],
    secrets: [apiKey, 'ag-wrong-key'],
    stop: server.stop,
  }
})

describe('an ag-ui agent', () => {
  it('streams reasoning, tools and words as they come', async () => {
    const { events, error } = await askOnce({
      kind: 'run',
      events: [
        { type: 'REASONING_MESSAGE_CONTENT', messageId: 'r', delta: 'Let me see' },
        { type: 'STEP_STARTED', stepName: 'look' },
        { type: 'TOOL_CALL_START', toolCallId: 'c', toolCallName: 'clock' },
        { type: 'TOOL_CALL_ARGS', toolCallId: 'c', delta: '{"zone":' },
        { type: 'TOOL_CALL_ARGS', toolCallId: 'c', delta: '"UTC"}' },
        { type: 'TOOL_CALL_END', toolCallId: 'c' },
        { type: 'TOOL_CALL_RESULT', messageId: 't', toolCallId: 'c', content: '{"time":"12:00"}' },
        { type: 'STEP_FINISHED', stepName: 'look' },
        ...message(['It is ', 'noon.']),
      ],
      end: { usage: [{ inputTokens: 3, outputTokens: 2 }, { inputTokens: 1 }] },
    })
    expect(error).toBeUndefined()
    expect(findEventFaults(events)).toEqual([])
    expect(events).toMatchObject([
      { type: 'reasoning-start' },
      { type: 'reasoning-delta', delta: 'Let me see' },
      { type: 'reasoning-end' },
      { type: 'tool-input-start', toolCallId: 'c', toolName: 'clock' },
      { type: 'tool-input-delta' },
      { type: 'tool-input-delta' },
      { type: 'tool-input-available', input: { zone: 'UTC' } },
      { type: 'tool-output-available', output: { time: '12:00' } },
      { type: 'text-start' },
      { type: 'text-delta', delta: 'It is ' },
      { type: 'text-delta', delta: 'noon.' },
      { type: 'text-end' },
      { type: 'data-usage', data: { input_tokens: 4, output_tokens: 2 } },
    ])
  })

  it('understands chunks, and the names of thoughts in older versions', async () => {
    const { events } = await askOnce({
      kind: 'run',
      events: [
        { type: 'THINKING_TEXT_MESSAGE_CONTENT', delta: 'Hm' },
        { type: 'TOOL_CALL_CHUNK', toolCallId: 'c', toolCallName: 'clock', delta: '{"zone":' },
        { type: 'TOOL_CALL_CHUNK', delta: '1}' },
        { type: 'TEXT_MESSAGE_CHUNK', messageId: 'm', role: 'assistant', delta: 'Yes' },
        { type: 'TEXT_MESSAGE_CHUNK', delta: ' indeed' },
        { type: 'TEXT_MESSAGE_CHUNK', messageId: 'n', delta: 'And more' },
      ],
    })
    expect(findEventFaults(events)).toEqual([])
    expect(events).toContainEqual({ type: 'reasoning-delta', id: 'reasoning-1', delta: 'Hm' })
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'tool-input-available', input: { zone: 1 } }),
    )
    expect(events.filter(({ type }) => type === 'text-start')).toHaveLength(2)
    expect(textIn(events)).toBe('Yes indeedAnd more')
  })

  it('tells the agent’s own words only', async () => {
    const { events } = await askOnce({
      kind: 'run',
      events: [
        ...message(['You are a helpful'], 's', { role: 'system' }),
        ...message(['I look it up'], 'sub', { subagentRunId: 'sub-1' }),
        ...message(['Here it is']),
      ],
    })
    expect(textIn(events)).toBe('Here it is')
    expect(events).toContainEqual(expect.objectContaining({ type: 'reasoning-delta', delta: 'I look it up' }))
  })

  it('takes the answer from the messages where none was streamed', async () => {
    const messages = [
      { id: '1', role: 'assistant', content: 'An earlier answer' },
      { id: '2', role: 'user', content: 'hello' },
      { id: '3', role: 'assistant', content: 'All at once' },
    ]
    const { events } = await askOnce({ kind: 'run', events: [{ type: 'MESSAGES_SNAPSHOT', messages }] })
    expect(textIn(events)).toBe('All at once')
  })

  it('reads the stream however the network cuts it, comments and unknown events among it', async () => {
    const stream = Buffer.from(
      [
        ': wait\n\n',
        'data: {"type":"RUN_STARTED","threadId":"t","runId":"r"}\r\n\r\n',
        'data: {"type":"INVENTED_TOMORROW"}\n\n',
        'data: {"type":"TEXT_MESSAGE_CONTENT","messageId":"m","delta":"Zażółć 😀"}\n\n',
        'data: {"type":"RUN_FINISHED","threadId":"t","runId":"r"}',
      ].join(''),
    )
    for (const size of [1, 7, stream.length]) {
      const pieces = Array.from({ length: Math.ceil(stream.length / size) }, (_, index) =>
        stream.subarray(index * size, (index + 1) * size),
      )
      const { events, error } = await askOnce({ kind: 'raw', pieces })
      expect([textIn(events), error]).toEqual(['Zażółć 😀', undefined])
    }
  })

  it('ends the HTTP request when the turn is stopped', async () => {
    const { agent, server } = await setUp()
    server.next({ kind: 'events', events: message(['Well']).slice(0, 2), end: 'hang' })
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
})
