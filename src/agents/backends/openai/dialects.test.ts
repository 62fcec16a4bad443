import { describe, expect, it } from 'vitest'
import type { AgentEvent } from '../../agent.ts'
import { textIn } from '../../testing/turns.ts'
import { findEventFaults } from '../../testing/well-formed.ts'
import { askOnce, event, finish, stream } from './testing/set-up.ts'

/** How servers differ that all call themselves OpenAI-compatible. */
describe('an openai agent understands a server that', () => {
  it('does not stream', async () => {
    const body = JSON.stringify({
      choices: [{ message: { content: 'All at once', reasoning: 'Hm' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 1, completion_tokens: 3 },
    })
    const { events } = await askOnce({ kind: 'raw', type: 'application/json', pieces: [body] })
    expect(textIn(events)).toBe('All at once')
    expect(events.at(0)).toEqual({ type: 'reasoning-start', id: 'reasoning-1' })
    expect(events.at(-1)).toEqual({ type: 'data-usage', data: { input_tokens: 1, output_tokens: 3 } })
  })

  it('leaves out [DONE], or goes on after it', async () => {
    const said = event({ choices: [{ delta: { content: 'Yes' } }] })
    const without = await askOnce({ kind: 'raw', pieces: [said, finish()] })
    expect([textIn(without.events), without.error]).toEqual(['Yes', undefined])
    const after = await askOnce({ kind: 'raw', pieces: [said, 'data: [DONE]\n\n', said], end: 'hang' })
    expect([textIn(after.events), after.error]).toEqual(['Yes', undefined])
  })

  it('sends chunks without choices', async () => {
    const { events } = await askOnce({
      kind: 'raw',
      pieces: [
        event({ choices: [], prompt_filter_results: [] }),
        event({ choices: [{ delta: { content: 'Yes' } }] }),
        finish(),
        event({ choices: [], usage: { prompt_tokens: 5, completion_tokens: 1 } }),
        'data: [DONE]\n\n',
      ],
    })
    expect(textIn(events)).toBe('Yes')
    expect(events.at(-1)).toEqual({ type: 'data-usage', data: { input_tokens: 5, output_tokens: 1 } })
  })

  it('sends its content as parts, its thoughts among them', async () => {
    const thinking = { type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] }
    const { events } = await askOnce(
      stream({ content: [thinking] }, { content: [{ type: 'text', text: 'Yes' }] }),
    )
    expect(events).toContainEqual({ type: 'reasoning-delta', id: 'reasoning-1', delta: 'Hm' })
    expect(textIn(events)).toBe('Yes')
  })

  it('runs its tools itself', async () => {
    const { events, error } = await askOnce(
      stream(
        { tool_calls: [{ index: 0, id: 'call_a', function: { name: 'clock', arguments: '' } }] },
        { tool_calls: [{ index: 0, function: { arguments: '{"zone":' } }] },
        { tool_calls: [{ index: 0, id: '', function: { name: null, arguments: '"UTC"}' } }] },
        { role: 'tool', tool_call_id: 'call_a', content: '{"time":"12:00"}' },
        { content: 'It is noon.' },
      ),
    )
    expect(error).toBeUndefined()
    expect(events.slice(0, 5)).toEqual([
      { type: 'tool-input-start', toolCallId: 'call_a', toolName: 'clock' },
      { type: 'tool-input-delta', toolCallId: 'call_a', inputTextDelta: '{"zone":' },
      { type: 'tool-input-delta', toolCallId: 'call_a', inputTextDelta: '"UTC"}' },
      { type: 'tool-input-available', toolCallId: 'call_a', toolName: 'clock', input: { zone: 'UTC' } },
      { type: 'tool-output-available', toolCallId: 'call_a', output: { time: '12:00' } },
    ])
    expect(textIn(events)).toBe('It is noon.')
  })

  it('calls several tools at once, fragments mixed', async () => {
    const { events } = await askOnce(
      stream(
        { tool_calls: [{ index: 0, id: 'a', function: { name: 'one', arguments: '{"x"' } }] },
        { tool_calls: [{ index: 1, id: 'b', function: { name: 'two', arguments: '{"y"' } }] },
        { tool_calls: [{ index: 0, function: { arguments: ':1}' } }] },
        { tool_calls: [{ index: 1, function: { arguments: ':2}' } }] },
        { content: 'Both done.' },
      ),
    )
    expect(inputsOf(events)).toEqual([
      ['a', 'one', { x: 1 }],
      ['b', 'two', { y: 2 }],
    ])
  })

  it('numbers all its tool calls 0', async () => {
    const { events } = await askOnce(
      stream(
        { tool_calls: [{ index: 0, id: 'a', function: { name: 'one', arguments: '{"x":1}' } }] },
        { tool_calls: [{ index: 0, id: 'b', function: { name: 'two', arguments: '{"y":2}' } }] },
        { content: 'Both done.' },
      ),
    )
    expect(inputsOf(events)).toEqual([
      ['a', 'one', { x: 1 }],
      ['b', 'two', { y: 2 }],
    ])
  })

  it('gives its tool calls neither ids nor numbers, and their arguments as objects', async () => {
    const { events } = await askOnce(
      stream(
        { tool_calls: [{ function: { name: 'one', arguments: { x: 1 } } }] },
        { tool_calls: [{ function: { name: 'two', arguments: 'not JSON' } }] },
        { content: 'Both done.' },
      ),
    )
    expect(inputsOf(events)).toEqual([
      ['call-1', 'one', { x: 1 }],
      ['call-2', 'two', 'not JSON'],
    ])
  })

  it('uses an id twice', async () => {
    const call = { tool_calls: [{ index: 0, id: 'a', function: { name: 'one', arguments: '{}' } }] }
    const { events } = await askOnce(stream(call, { content: 'Again.' }, call, { content: 'Done.' }))
    expect(inputsOf(events)).toEqual([
      ['a', 'one', {}],
      ['call-2', 'one', {}],
    ])
  })

  it('waits for us to run a tool, which we do not', async () => {
    const toolCalls = [{ id: 'a', name: 'pay', arguments: '{}' }]
    const silent = await askOnce({ kind: 'answer', toolCalls })
    expect(silent.events).toContainEqual(expect.objectContaining({ type: 'tool-output-error' }))
    expect(silent.error).toMatchObject({ code: 'agent_refused' })
    const spoken = await askOnce({ kind: 'answer', text: 'One moment', toolCalls })
    expect(spoken.events).toContainEqual(expect.objectContaining({ type: 'tool-output-error' }))
    expect(spoken.error).toBeUndefined()
  })

  it.each([{ error: { message: 'no' } }, { error: 'no' }, { object: 'error', message: 'no', code: 400 }])(
    'reports its error as %j',
    async (chunk) => {
      const { error } = await askOnce({ kind: 'raw', pieces: [event(chunk)] })
      expect(error).toMatchObject({ name: 'AgentError' })
      expect((error as Error).cause).toMatchObject({ message: expect.stringContaining(': no') as string })
    },
  )
})

function inputsOf(events: AgentEvent[]): unknown[] {
  expect(findEventFaults(events)).toEqual([])
  return events.flatMap((event) =>
    event.type === 'tool-input-available' ? [[event.toolCallId, event.toolName, event.input]] : [],
  )
}
