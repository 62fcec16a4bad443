import { describe, expect, it } from 'vitest'
import type { Behaviour } from '../../testing/openai-server.ts'
import { textIn } from '../../testing/turns.ts'
import { findEventFaults } from '../../testing/well-formed.ts'
import { ask, event, setUp } from './testing/set-up.ts'

/** The fear: people read half an answer, and then another one from its beginning. */
describe('once a word of the answer was told', () => {
  const half = event({ choices: [{ index: 0, delta: { content: 'Half an ans' } }] })
  const thought = event({ choices: [{ index: 0, delta: { reasoning: 'Hm' } }] })
  const tool = event({
    choices: [{ index: 0, delta: { tool_calls: [{ index: 0, id: 'c', function: { name: 'pay' } }] } }],
  })

  it.each<[string, Behaviour]>([
    ['the connection is cut', { kind: 'raw', pieces: [half], end: 'cut' }],
    ['the stream ends without its end', { kind: 'raw', pieces: [half] }],
    ['the server reports an error', { kind: 'raw', pieces: [half, event({ error: { code: 503 } })] }],
    ['the server sends nonsense', { kind: 'raw', pieces: [half, 'data: {"cho\n\n'] }],
    ['the server is cut while it thinks', { kind: 'raw', pieces: [thought], end: 'cut' }],
    ['the server is cut after a tool call', { kind: 'raw', pieces: [tool], end: 'cut' }],
  ])('the request is not repeated when %s', async (_name, trouble) => {
    const { agent, server, waits } = await setUp()
    server.next(trouble, { kind: 'answer', text: 'A second answer' })
    const { events, error } = await ask(agent)
    expect(error).toMatchObject({ name: 'AgentError' })
    expect(server.requests).toHaveLength(1)
    expect(waits).toEqual([])
    expect(textIn(events)).not.toContain('A second answer')
    expect(findEventFaults(events, false)).toEqual([])
  })
})
