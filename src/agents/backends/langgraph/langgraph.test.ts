import { describe, expect, it } from 'vitest'
import { describeAgent } from '../../testing/agent-contract.ts'
import { startLangGraphServer } from '../../testing/langgraph-server.ts'
import { memoryOf, textIn, turnOf } from '../../testing/turns.ts'
import { findEventFaults } from '../../testing/well-formed.ts'
import { langgraph } from './langgraph.ts'
import { apiKey, ask, setUp } from './testing/set-up.ts'

describeAgent('langgraph', async () => {
  const server = await startLangGraphServer({ apiKey })
  const agentWith = (url: string, api_key: string) =>
    langgraph.create(
      { url, api_key, assistant_id: 'agent', max_retries: 0 },
      { fetch, sleep: async () => undefined },
    )
  return {
    agent: {
      // Which key is sent, and to which server, decides whether the turn fails.
      run: (turn, signal) =>
        agentWith(
          turn.message.text === 'nobody there' ? 'http://127.0.0.1:1' : server.url,
          turn.message.text === 'wrong key' ? 'lsv2-wrong-key' : apiKey,
        ).run(turn, signal),
    },
    answered: turnOf('a few words'),
    long: turnOf('word '.repeat(200), { conversation: { id: 'cnv_2', title: '', source: null } }),
    failing: [turnOf('wrong key'), turnOf('nobody there')],
    secrets: [apiKey, 'lsv2-wrong-key'],
    stop: server.stop,
  }
})

describe('a langgraph agent', () => {
  it('streams what the assistant says', async () => {
    const { agent, server } = await setUp()
    server.next(async (run) => void run.say(['Good ', 'morning']))
    const { events, error } = await ask(agent)
    expect(error).toBeUndefined()
    expect(events).toEqual([
      { type: 'text-start', id: 'text-1' },
      { type: 'text-delta', id: 'text-1', delta: 'Good ' },
      { type: 'text-delta', id: 'text-1', delta: 'morning' },
      { type: 'text-end', id: 'text-1' },
    ])
  })

  it('keeps one thread per conversation', async () => {
    const { agent, server } = await setUp()
    const memory = memoryOf()
    await ask(agent, turnOf('one', { memory }))
    expect(textIn((await ask(agent, turnOf('two', { memory }))).events)).toBe('two')
    expect(server.threads.size).toBe(1)
    expect([...server.threads.values()][0]?.messages.map(({ content }) => content)).toEqual([
      'one',
      'one',
      'two',
      'two',
    ])
  })

  it('makes a new thread for one that the server has forgotten, and tells it what was said', async () => {
    const { agent, server } = await setUp()
    const memory = memoryOf()
    await ask(agent, turnOf('one', { memory }))
    server.threads.clear()
    const history = [
      { role: 'user' as const, text: 'one', author: 'Ada' },
      { role: 'assistant' as const, text: 'one', author: null },
    ]
    expect(textIn((await ask(agent, turnOf('two', { memory, history }))).events)).toBe('two')
    expect([...server.threads.values()].map(({ messages }) => messages.length)).toEqual([4])
  })

  it('tells tool calls and their results between two parts of text', async () => {
    const { agent, server } = await setUp()
    server.next(async (run) => {
      const id = 'run-1'
      const piece = (content: string, tool_call_chunks: object[]) =>
        run.emit('messages', [{ type: 'AIMessageChunk', id, content, tool_call_chunks }, {}])
      piece('Let me look. ', [])
      piece('', [{ index: 0, id: 'call_1', name: 'weather', args: '{"ci' }])
      piece('', [{ index: 0, id: null, name: null, args: 'ty":"Kyiv"}' }])
      const tool_calls = [{ id: 'call_1', name: 'weather', args: { city: 'Kyiv' } }]
      run.messages.push({ type: 'ai', id, content: 'Let me look. ', tool_calls })
      run.values()
      run.add({ type: 'tool', tool_call_id: 'call_1', name: 'weather', content: '{"sky":"blue"}' })
      run.say('It is blue.')
    })
    const { events, error } = await ask(agent)
    expect([error, findEventFaults(events)]).toEqual([undefined, []])
    expect(events.filter(({ type }) => type.startsWith('tool'))).toEqual([
      { type: 'tool-input-start', toolCallId: 'call_1', toolName: 'weather' },
      { type: 'tool-input-delta', toolCallId: 'call_1', inputTextDelta: '{"ci' },
      { type: 'tool-input-delta', toolCallId: 'call_1', inputTextDelta: 'ty":"Kyiv"}' },
      { type: 'tool-input-available', toolCallId: 'call_1', toolName: 'weather', input: { city: 'Kyiv' } },
      { type: 'tool-output-available', toolCallId: 'call_1', output: { sky: 'blue' } },
    ])
    expect(textIn(events)).toBe('Let me look. It is blue.')
  })

  it('tells from the state what the stream has lost', async () => {
    const { agent, server } = await setUp()
    server.next(async (run) => {
      run.emit('messages', [{ type: 'AIMessageChunk', id: 'run-1', content: 'Half ' }, {}])
      run.messages.push({ type: 'ai', id: 'run-1', content: 'Half and whole' })
      run.messages.push({ type: 'ai', id: 'run-2', content: ', and more.' })
      run.values()
    })
    expect(textIn((await ask(agent)).events)).toBe('Half and whole, and more.')
  })

  it('does not say twice what a node repeats under an id of its own', async () => {
    const { agent, server } = await setUp()
    const words = 'These are the words of the model.'
    server.next(async (run) => {
      run.emit('messages', [{ type: 'AIMessageChunk', id: 'run-1', content: words }, {}])
      run.add({ type: 'ai', content: words })
    })
    expect(textIn((await ask(agent)).events)).toBe(words)
  })

  it('tells reasoning apart from the answer', async () => {
    const { agent, server } = await setUp()
    server.next(async (run) => {
      run.emit('messages', [
        { type: 'AIMessageChunk', id: 'r', content: [{ type: 'thinking', thinking: 'Hm' }] },
        {},
      ])
      run.emit('messages', [
        { type: 'AIMessageChunk', id: 'r', content: [{ type: 'text', text: 'Yes' }] },
        {},
      ])
    })
    const { events } = await ask(agent)
    expect(events.map(({ type }) => type).slice(0, 4)).toEqual([
      'reasoning-start',
      'reasoning-delta',
      'reasoning-end',
      'text-start',
    ])
  })

  it('asks what the graph asks, and answers it with the next message', async () => {
    const { agent, server } = await setUp()
    const memory = memoryOf()
    server.next(
      async (run) => run.interrupt('Which city?'),
      async (run) => void run.say(`Off to ${run.asked}`),
    )
    expect(textIn((await ask(agent, turnOf('Book a trip', { memory }))).events)).toBe('Which city?')
    expect(textIn((await ask(agent, turnOf('Kyiv', { memory }))).events)).toBe('Off to "Kyiv"')
    expect(server.requests.findLast(({ path }) => path.endsWith('/runs/stream'))?.body).toMatchObject({
      command: { resume: 'Kyiv' },
    })
    expect(textIn((await ask(agent, turnOf('Thanks', { memory }))).events)).toBe('Thanks')
  })

  it('offers buttons for tool calls that need an approval, and takes only a yes for one', async () => {
    const { agent, server } = await setUp()
    const memory = memoryOf()
    const value = { action_requests: [{ name: 'pay', args: { eur: 5 }, description: 'Pay the bill?' }] }
    server.next(async (run) => run.interrupt(value))
    const { events } = await ask(agent, turnOf('Pay', { memory }))
    expect(events.at(-1)).toEqual({
      type: 'data-buttons',
      data: { buttons: [{ label: 'Approve' }, { label: 'Reject' }] },
    })
    const copy = memoryOf(memory.read())
    await ask(agent, turnOf('Yes, but only half', { memory }))
    await ask(agent, turnOf('Approve', { memory: copy }))
    const resumes = server
      .runs()
      .map(({ body }) => (body['command'] as { resume: unknown } | undefined)?.resume)
    expect(resumes.slice(1)).toEqual([
      { decisions: [{ type: 'reject', message: 'Yes, but only half' }] },
      { decisions: [{ type: 'approve' }] },
    ])
  })

  it('takes the question of DeerFlow for its answer', async () => {
    const { agent, server } = await setUp()
    server.next(async (run) => {
      const call = { id: 'c', name: 'ask_clarification', args: {} }
      run.add({ type: 'ai', content: '', tool_calls: [call] })
      run.add({ type: 'tool', tool_call_id: 'c', name: 'ask_clarification', content: 'Which year?' })
    })
    expect(textIn((await ask(agent)).events)).toBe('Which year?')
  })

  it.each([409, 422])('waits for a thread that is busy with something else (%i)', async (busyStatus) => {
    const other = { status: 'running' as const, metadata: {} }
    const free = (count: number) => count > 2 && Object.assign(other, { status: 'success' })
    const { agent, server, waits } = await setUp({}, { busyStatus }, free)
    const memory = memoryOf()
    await ask(agent, turnOf('one', { memory }))
    const runs = server.runs()
    if (runs[0] !== undefined)
      [...server.threads.values()][0]?.runs.push(Object.assign(other, { ...runs[0], ...other }))
    expect(textIn((await ask(agent, turnOf('two', { memory }))).events)).toBe('two')
    expect(waits.length).toBeGreaterThan(2)
  })

  it('says so when the thread stays busy', async () => {
    const { agent, server } = await setUp({ busy_timeout_s: 5 })
    const memory = memoryOf()
    await ask(agent, turnOf('one', { memory }))
    for (const run of server.runs()) Object.assign(run, { status: 'running' })
    const { error } = await ask(agent, turnOf('two', { memory }))
    expect(error).toMatchObject({ code: 'agent_rate_limited' })
  })

  it('refuses what the server refuses, without waiting', async () => {
    const { agent, server, waits } = await setUp()
    server.trouble('POST /runs/stream', { kind: 'error', status: 422 })
    expect((await ask(agent)).error).toMatchObject({ code: 'agent_refused' })
    expect(waits).toEqual([])
  })
})
