import { describe, expect, it } from 'vitest'
import { AgentError, type AgentErrorCode } from '../../agent.ts'
import { message, type AgUiBehaviour } from '../../testing/ag-ui-server.ts'
import { wholeOf } from '../../testing/agent-contract.ts'
import { textIn, turnOf } from '../../testing/turns.ts'
import { agUi } from './ag-ui.ts'
import { apiKey, ask, setUp } from './testing/set-up.ts'

const answer: AgUiBehaviour = { kind: 'run', events: message(['Here I am']) }

describe('an ag-ui agent in front of a troubled server', () => {
  it.each<[string, AgUiBehaviour, AgentErrorCode]>([
    ['a wrong input', { kind: 'error', status: 422 }, 'agent_refused'],
    ['a wrong key', { kind: 'error', status: 403 }, 'agent_bad_credentials'],
    // Its tools may have been at work already.
    [
      'a run that failed',
      { kind: 'events', events: [{ type: 'RUN_ERROR', message: 'boom' }] },
      'agent_failed',
    ],
    ['a run without a word', { kind: 'run', events: [] }, 'agent_failed'],
    ['a run without an end', { kind: 'events', events: [{ type: 'RUN_STARTED' }] }, 'agent_failed'],
    ['words that are no event', { kind: 'raw', pieces: ['data: <html>\n\n'] }, 'agent_failed'],
  ])('gives up after %s', async (_name, trouble, code) => {
    const { agent, server, waits } = await setUp()
    server.next(trouble, answer)
    expect((await ask(agent)).error).toMatchObject({ code })
    expect([waits, server.requests.length]).toEqual([[], 1])
  })

  it.each<[string, AgUiBehaviour]>([
    ['too many requests', { kind: 'error', status: 429 }],
    ['an error of the server', { kind: 'error', status: 500 }],
    ['a reset connection', { kind: 'reset' }],
  ])('tries again after %s', async (_name, trouble) => {
    const { agent, server, waits } = await setUp()
    server.next(trouble, answer)
    expect(textIn((await ask(agent)).events)).toBe('Here I am')
    expect(waits).toHaveLength(1)
  })

  it('does not try again once a word was told', async () => {
    const { agent, server } = await setUp()
    server.next({ kind: 'events', events: message(['Half']).slice(0, 2), end: 'cut' }, answer)
    const { events, error } = await ask(agent)
    expect([textIn(events), server.requests.length]).toEqual(['Half', 1])
    expect(error).toMatchObject({ code: 'agent_unreachable' })
  })

  it.each([
    [{ url: 'agent.example' }, 'url'],
    [{ api_key: 'one two' }, 'api_key'],
  ])('refuses the settings %j', (settings, path) => {
    expect(agUi.check?.({ url: 'https://a.example', ...settings })).toMatchObject([{ path }])
  })
})

/** The fear: the agent quotes what it was given, and it ends in a chat or a log. */
it.each<[string, (words: string) => AgUiBehaviour]>([
  ['an answer of the server', (message) => ({ kind: 'error', status: 400, message })],
  [
    'a run that failed',
    (message) => ({ kind: 'events', events: [{ type: 'RUN_ERROR', message, code: message }] }),
  ],
  ['nonsense', (words) => ({ kind: 'raw', pieces: [`data: ${words}\n\n`] })],
])('neither key nor grant nor exception is in the error that comes of %s', async (_name, behaviour) => {
  const { agent, server } = await setUp({ max_retries: 0 })
  const turn = turnOf('hello')
  const token = turn.grant?.token ?? 'none'
  server.next(behaviour(`KeyError in tools.py: ${apiKey} ${token}`))
  const { error } = await ask(agent, turn)
  expect(error).toBeInstanceOf(AgentError)
  expect(wholeOf(error)).not.toContain(apiKey)
  expect(wholeOf(error)).not.toContain(token)
  expect(error).toMatchObject({ public: expect.not.stringContaining('KeyError') as string })
})
