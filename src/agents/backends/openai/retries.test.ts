import { describe, expect, it } from 'vitest'
import type { AgentErrorCode } from '../../agent.ts'
import type { Behaviour } from '../../testing/openai-server.ts'
import { textIn } from '../../testing/turns.ts'
import { ask, askOnce, event, finish, setUp } from './testing/set-up.ts'

const answer: Behaviour = { kind: 'answer', text: 'Here I am' }
const error = (status: number, more: Partial<Behaviour & { kind: 'error' }> = {}): Behaviour => ({
  kind: 'error',
  status,
  ...more,
})

describe('an openai agent in front of a troubled server', () => {
  it.each<[string, Behaviour]>([
    ['408', error(408)],
    ['409', error(409)],
    ['429', error(429)],
    ['500', error(500)],
    ['503', error(503)],
    ['a reset connection', { kind: 'reset' }],
    ['a connection cut before the first token', { kind: 'raw', pieces: [': wait\n\n'], end: 'cut' }],
    ['an error as the first event', { kind: 'raw', pieces: [event({ error: { code: 503 } })] }],
  ])('tries again after %s', async (_name, trouble) => {
    const { agent, server, waits } = await setUp()
    server.next(trouble, trouble, answer)
    const { events } = await ask(agent)
    expect(textIn(events)).toBe('Here I am')
    expect(server.requests).toHaveLength(3)
    expect(waits).toHaveLength(2)
  })

  it('waits longer each time, with some chance in it', async () => {
    const { agent, server, waits } = await setUp({ max_retries: 3 })
    server.next(error(500), error(500), error(500), answer)
    await ask(agent)
    for (const [index, least] of [500, 1000, 2000].entries()) {
      expect(waits[index]).toBeGreaterThanOrEqual(least)
      expect(waits[index]).toBeLessThanOrEqual(least * 1.25)
    }
  })

  it('waits at least as long as it was told', async () => {
    const { agent, server, waits } = await setUp()
    server.next(
      error(429, { headers: { 'retry-after': '7' } }),
      error(429, { headers: { 'retry-after-ms': '50' } }),
      answer,
    )
    await ask(agent)
    expect(waits[0]).toBeGreaterThanOrEqual(7000)
    expect(waits[1]).toBeGreaterThanOrEqual(50)
    expect(waits[1]).toBeLessThan(100)
  })

  it('tells the person instead of waiting for minutes', async () => {
    const { agent, server, waits } = await setUp()
    server.next(error(429, { headers: { 'retry-after': '300' } }), answer)
    expect((await ask(agent)).error).toMatchObject({ code: 'agent_rate_limited' })
    expect(waits).toEqual([])
  })

  it('gives up after max_retries', async () => {
    const { agent, server } = await setUp({ max_retries: 1 })
    server.next(error(500), error(500), answer)
    expect((await ask(agent)).error).toMatchObject({ code: 'agent_failed' })
    expect(server.requests).toHaveLength(2)
  })

  it.each<[string, Behaviour, AgentErrorCode]>([
    ['400', error(400), 'agent_refused'],
    ['401', error(401), 'agent_bad_credentials'],
    ['403', error(403), 'agent_bad_credentials'],
    ['404', error(404, { code: 'model_not_found' }), 'agent_refused'],
    ['a spent quota', error(429, { code: 'insufficient_quota' }), 'agent_refused'],
    ['a redirect', error(307, { headers: { location: 'http://127.0.0.1:1/' } }), 'agent_refused'],
    [
      'an error with status 200',
      { kind: 'raw', type: 'application/json', pieces: ['{"error":{"code":400}}'] },
      'agent_refused',
    ],
    ['words that are not JSON', { kind: 'raw', pieces: ['data: <html>\n\n'] }, 'agent_failed'],
    ['an empty answer', { kind: 'raw', pieces: [finish()] }, 'agent_failed'],
    ['a content filter', { kind: 'answer', finishReason: 'content_filter' }, 'agent_refused'],
  ])('does not try again after %s', async (_name, trouble, code) => {
    const { agent, server, waits } = await setUp()
    server.next(trouble, answer)
    expect((await ask(agent)).error).toMatchObject({ code })
    expect(server.requests).toHaveLength(1)
    expect(waits).toEqual([])
  })

  it('times out while it waits for the first byte', async () => {
    const { agent, server } = await setUp({ timeout_s: 0.05, max_retries: 0 })
    server.next({ kind: 'silence' })
    expect((await ask(agent)).error).toMatchObject({ code: 'agent_timeout' })
    await server.requests[0]?.closed
  })

  it('times out in the middle', async () => {
    const { agent, server } = await setUp({ idle_timeout_s: 0.05, max_retries: 0 })
    server.next({ kind: 'raw', pieces: [event({ choices: [{ delta: { content: 'Well' } }] })], end: 'hang' })
    const { events, error } = await ask(agent)
    expect(textIn(events)).toBe('Well')
    expect(error).toMatchObject({ code: 'agent_timeout' })
  })

  it('says that nobody is there', async () => {
    const { agent } = await setUp({ base_url: 'http://127.0.0.1:1/v1' })
    expect((await ask(agent)).error).toMatchObject({ code: 'agent_unreachable' })
  })

  it('does not mind how a whole answer ends', async () => {
    const said = event({ choices: [{ delta: { content: 'Done' } }] })
    for (const end of ['cut', undefined] as const) {
      const behaviour: Behaviour = { kind: 'raw', pieces: [said, finish()], ...(end && { end }) }
      const { events, error } = await askOnce(behaviour)
      expect([textIn(events), error]).toEqual(['Done', undefined])
    }
  })
})
