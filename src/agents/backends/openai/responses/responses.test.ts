import { describe, expect, it } from 'vitest'
import type { AgentErrorCode, AgentFile, AgentSettings } from '../../../agent.ts'
import { describeAgent, wholeOf } from '../../../testing/agent-contract.ts'
import { startOpenAiServer, type Behaviour } from '../../../testing/openai-server.ts'
import { textIn, turnOf } from '../../../testing/turns.ts'
import { findEventFaults } from '../../../testing/well-formed.ts'
import { openai } from '../openai.ts'
import { apiKey, ask, event, setUp } from '../testing/set-up.ts'

describeAgent('openai with responses', async () => {
  const server = await startOpenAiServer({ apiKey })
  const agentWith = (api_key: string) =>
    openai.create(
      { base_url: server.url, api_key, model: 'test-model', api: 'responses' },
      { fetch, sleep: async () => undefined },
    )
  return {
    agent: {
      run: (turn, signal) =>
        agentWith(turn.message.text === 'wrong key' ? 'sk-wrong-key' : apiKey).run(turn, signal),
    },
    answered: turnOf('a few words'),
    long: turnOf('word '.repeat(500)),
    failing: [turnOf('wrong key')],
    secrets: [apiKey, 'sk-wrong-key'],
    stop: server.stop,
  }
})

async function askOnce(behaviour: Behaviour, settings: AgentSettings = {}) {
  const world = await setUp({ api: 'responses', max_retries: 0, ...settings })
  world.server.next(behaviour)
  const answer = await ask(world.agent)
  expect(findEventFaults(answer.events, answer.error === undefined)).toEqual([])
  return answer
}

describe('the request for a response', () => {
  it('holds what was said, who asks by a pseudonym, and which turn it is', async () => {
    const { agent, server } = await setUp({
      api: 'responses',
      system_prompt: 'Be short.',
      reasoning_summary: 'auto',
      tools: 'web_search, code_interpreter',
    })
    const files: AgentFile[] = [
      { name: 'a.png', mediaType: 'image/png', url: 'data:image/png;base64,AA' },
      { name: 'b.pdf', mediaType: 'application/pdf', url: 'https://f.example/b.pdf' },
      { name: 'c.zip', mediaType: 'application/zip', url: 'https://f.example/c.zip' },
    ]
    const turn = turnOf('look', {
      message: { text: 'look', files },
      history: [
        { role: 'user', text: 'hello', author: 'Ada' },
        { role: 'assistant', text: 'Good day', author: 'default' },
      ],
    })
    await ask(agent, turn)
    const [request] = server.requests
    expect(request?.path).toBe('/v1/responses')
    expect(request?.headers['idempotency-key']).toBe(turn.idempotencyKey)
    expect(request?.body).toEqual({
      model: 'test-model',
      instructions: 'Be short.',
      input: [
        { role: 'user', content: 'hello' },
        { role: 'assistant', content: 'Good day' },
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'look\n\n[file: c.zip, application/zip]' },
            { type: 'input_image', image_url: 'data:image/png;base64,AA', detail: 'auto' },
            { type: 'input_file', file_url: 'https://f.example/b.pdf' },
          ],
        },
      ],
      stream: true,
      store: false,
      safety_identifier: expect.stringMatching(/^[\w-]{32}$/) as string,
      prompt_cache_key: 'cnv_1',
      metadata: { conversation: 'cnv_1', turn: turn.id },
      reasoning: { summary: 'auto' },
      tools: [{ type: 'web_search' }, { type: 'code_interpreter', container: { type: 'auto' } }],
    })
    expect(JSON.stringify(request?.body)).not.toContain('pg_grant')
  })

  it.each([
    [{ api: 'telepathy' }, 'api'],
    [{ api: 'responses', tools: 'shell' }, 'tools'],
    [{ tools: 'web_search' }, 'tools'],
    [{ reasoning_summary: 'long' }, 'reasoning_summary'],
    [{ background: true }, 'background'],
  ])('is not made with the settings %j', (settings, path) => {
    expect(openai.check?.(settings).map((problem) => problem.path)).toEqual([path])
  })
})

describe('an openai agent that asks for responses', () => {
  it('tells reasoning, tools of the server, pictures and text, and names its sources', async () => {
    const { events, error } = await askOnce({
      kind: 'response',
      reasoning: 'Let me see',
      text: 'It is noon.',
      items: [
        {
          id: 'ws_1',
          type: 'web_search_call',
          status: 'completed',
          action: { type: 'search', query: 'time' },
        },
        {
          id: 'mcp_1',
          type: 'mcp_call',
          name: 'clock',
          server_label: 's',
          arguments: '{"z":1}',
          output: '"12:00"',
        },
        {
          id: 'mcp_2',
          type: 'mcp_call',
          name: 'clock',
          server_label: 's',
          arguments: '{}',
          error: 'at /srv/x:7',
        },
        { id: 'ig_1', type: 'image_generation_call', status: 'completed', result: 'AAAA' },
      ],
      annotations: [{ type: 'url_citation', url: 'https://time.example/', title: 'Time' }],
    })
    expect(error).toBeUndefined()
    expect(events.slice(0, 2).map(({ type }) => type)).toEqual(['reasoning-start', 'reasoning-delta'])
    expect(events).toContainEqual({
      type: 'tool-input-available',
      toolCallId: 'ws_1',
      toolName: 'web_search',
      input: { type: 'search', query: 'time' },
    })
    expect(events).toContainEqual({ type: 'tool-output-available', toolCallId: 'mcp_1', output: '12:00' })
    expect(events).toContainEqual({
      type: 'tool-output-error',
      toolCallId: 'mcp_2',
      errorText: 'The tool failed.',
    })
    expect(events).toContainEqual({ type: 'file', url: 'data:image/png;base64,AAAA', mediaType: 'image/png' })
    expect(textIn(events)).toBe('It is noon.\n\nSources: [Time](<https://time.example/>)')
    expect(events.at(-1)).toEqual({ type: 'data-usage', data: { input_tokens: 10, output_tokens: 4 } })
  })

  it('understands a server that does not stream', async () => {
    const content = [{ type: 'output_text', text: 'All at once', annotations: [] }]
    const message = { id: 'm', type: 'message', role: 'assistant', content }
    const body = JSON.stringify({ object: 'response', status: 'completed', output: [message] })
    const { events, error } = await askOnce({ kind: 'raw', type: 'application/json', pieces: [body] })
    expect([textIn(events), error]).toEqual(['All at once', undefined])
  })

  it('gives a refusal as its answer, and says when one was cut short', async () => {
    expect(textIn((await askOnce({ kind: 'response', refusal: 'Rather not.' })).events)).toBe('Rather not.')
    const long = await askOnce({
      kind: 'response',
      text: 'Half',
      status: 'incomplete',
      incompleteReason: 'max_output_tokens',
    })
    expect(textIn(long.events)).toContain('it reached the length limit')
  })

  const said = event({ type: 'response.output_text.delta', item_id: 'm', delta: 'Half' })
  it.each<[string, Behaviour, AgentErrorCode]>([
    [
      'a filtered answer',
      { kind: 'response', status: 'incomplete', incompleteReason: 'content_filter' },
      'agent_refused',
    ],
    [
      'a call of a tool of ours',
      { kind: 'response', items: [{ id: 'f', type: 'function_call', name: 'pay', arguments: '{}' }] },
      'agent_refused',
    ],
    [
      'a failed response',
      { kind: 'response', status: 'failed', error: { code: 'server_error', message: `No ${apiKey}` } },
      'agent_failed',
    ],
    [
      'a bad picture',
      { kind: 'response', status: 'failed', error: { code: 'invalid_image', message: 'x' } },
      'agent_refused',
    ],
    [
      'too many requests',
      { kind: 'raw', pieces: [event({ type: 'error', code: 'rate_limit_exceeded', message: 'x' })] },
      'agent_rate_limited',
    ],
    [
      'a nested error',
      {
        kind: 'raw',
        pieces: [event({ type: 'error', error: { code: 'rate_limit_exceeded', message: 'x' } })],
      },
      'agent_rate_limited',
    ],
    ['an end in the middle', { kind: 'raw', pieces: [said] }, 'agent_failed'],
    ['a cut connection', { kind: 'raw', pieces: [said], end: 'cut' }, 'agent_unreachable'],
    ['nonsense', { kind: 'raw', pieces: ['data: {"ty\n\n'] }, 'agent_failed'],
    ['no word', { kind: 'response' }, 'agent_failed'],
  ])('fails after %s', async (_name, behaviour, code) => {
    const { error } = await askOnce(behaviour)
    expect(error).toMatchObject({ name: 'AgentError', code })
    expect(wholeOf(error)).not.toContain(apiKey)
  })
})
