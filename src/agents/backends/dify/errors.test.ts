import { describe, expect, it } from 'vitest'
import type { AgentErrorCode } from '../../agent.ts'
import type { DifyBehaviour } from '../../testing/dify-server.ts'
import { textIn } from '../../testing/turns.ts'
import { dify } from './dify.ts'
import { ask, askOnce, questionsTo, setUp } from './testing/set-up.ts'

const answer: DifyBehaviour = { kind: 'answer', text: 'Here I am' }
const error = (status: number, code?: string): DifyBehaviour => ({
  kind: 'error',
  status,
  ...(code === undefined ? {} : { code }),
})
const inStream = (status: number, code: string): DifyBehaviour => ({
  kind: 'events',
  events: [{ event: 'error', status, code, message: 'Something of the provider' }],
})

describe('a dify agent in front of a troubled app', () => {
  it.each<[string, DifyBehaviour, AgentErrorCode]>([
    ['a wrong input', error(400, 'invalid_param'), 'agent_refused'],
    ['no credentials of a model', error(400, 'provider_not_initialize'), 'agent_refused'],
    ['a spent quota', inStream(400, 'provider_quota_exceeded'), 'agent_refused'],
    ['an app that is switched off', error(403, 'app_unavailable'), 'agent_bad_credentials'],
    ['another kind of app', error(400, 'not_chat_app'), 'agent_refused'],
    ['an answer without a word', { kind: 'answer', text: [] }, 'agent_failed'],
    ['words that are not JSON', { kind: 'raw', pieces: ['data: <html>\n\n'] }, 'agent_failed'],
    ['a stream that only ends', { kind: 'raw', pieces: ['event: ping\n\n'] }, 'agent_failed'],
  ])('gives up after %s', async (_name, trouble, code) => {
    const { agent, server, waits } = await setUp()
    server.next(trouble, answer)
    expect((await ask(agent)).error).toMatchObject({ code })
    expect(waits).toEqual([])
    expect(questionsTo(server)).toHaveLength(1)
  })

  it.each<[string, DifyBehaviour]>([
    ['too many requests', error(429, 'too_many_requests')],
    ['an error of the server', error(500)],
    ['a failed model', inStream(400, 'completion_request_error')],
    ['a reset connection', { kind: 'reset' }],
    ['a connection cut before the first word', { kind: 'events', events: [], end: 'cut' }],
    [
      'a failed workflow',
      {
        kind: 'events',
        events: [{ event: 'workflow_finished', data: { status: 'failed', error: 'node 7' } }],
      },
    ],
  ])('tries again after %s', async (_name, trouble) => {
    const { agent, server, waits } = await setUp()
    server.next(trouble, answer)
    expect(textIn((await ask(agent)).events)).toBe('Here I am')
    expect(waits).toHaveLength(1)
  })

  it('does not try again once a word was told', async () => {
    const { agent, server } = await setUp()
    server.next({ kind: 'events', events: [{ event: 'message', answer: 'Half' }], end: 'cut' }, answer)
    const { events, error } = await ask(agent)
    expect([textIn(events), questionsTo(server).length]).toEqual(['Half', 1])
    expect(error).toMatchObject({ code: 'agent_unreachable' })
  })

  it('times out in the middle, and has the app stop', async () => {
    const { agent, server } = await setUp({ idle_timeout_s: 0.1, max_retries: 0 })
    server.next({ kind: 'events', events: [{ event: 'message', answer: 'Well' }], end: 'hang' })
    expect((await ask(agent)).error).toMatchObject({ code: 'agent_timeout' })
    await expect.poll(() => server.stopped).toHaveLength(1)
  })

  it('answers although the app does not say what it is', async () => {
    const { agent } = await setUp({}, { parameters: { user_input_form: null, sensitive_word_avoidance: 7 } })
    expect(textIn((await ask(agent)).events)).toBe('hello')
  })

  it.each([
    [{ base_url: 'dify.example' }, 'base_url'],
    [{ api_key: 'app one' }, 'api_key'],
    [{ inputs: '[1]' }, 'inputs'],
    [{ inputs: 'language: en' }, 'inputs'],
  ])('refuses the settings %j', (settings, path) => {
    expect(dify.check?.({ api_key: 'app-1', ...settings })).toMatchObject([{ path }])
  })

  it('tells the person nothing of what the provider said', async () => {
    const { error: refused } = await askOnce(inStream(400, 'provider_quota_exceeded'))
    expect(refused).toMatchObject({ public: expect.not.stringContaining('provider') as string })
  })
})
