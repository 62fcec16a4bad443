import { describe, expect, it } from 'vitest'
import { AgentError } from '../../agent.ts'
import { wholeOf } from '../../testing/agent-contract.ts'
import type { Behaviour } from '../../testing/openai-server.ts'
import { apiKey, ask, event, setUp } from './testing/set-up.ts'

/** The fear: a server quotes the key, or a library does, and it ends in a chat or a log. */
describe('whatever the server says', () => {
  const quoting = `Incorrect API key provided: ${apiKey}. Find yours at https://internal.example/keys.`

  it.each<[string, Behaviour]>([
    ['in an error', { kind: 'error', status: 401, code: 'invalid_api_key', message: quoting }],
    ['in a refused request', { kind: 'error', status: 400, message: quoting }],
    ['in a stream', { kind: 'raw', pieces: [event({ error: { message: quoting, code: 401 } })] }],
    ['in an error that is a text', { kind: 'raw', pieces: [event({ error: quoting })] }],
    ['in nonsense', { kind: 'raw', pieces: [`data: ${quoting}\n\n`] }],
  ])('the key stays out of the error when it is quoted %s', async (_name, behaviour) => {
    const { agent, server } = await setUp({ max_retries: 0 })
    server.next(behaviour)
    const { error } = await ask(agent)
    expect(error).toBeInstanceOf(AgentError)
    expect(wholeOf(error)).not.toContain(apiKey)
  })

  it('the person reads a sentence of ours, never of the server', async () => {
    const { agent, server } = await setUp({ max_retries: 0 })
    server.next({ kind: 'error', status: 400, message: 'Your organization org-77 may not use this.' })
    const { error } = await ask(agent)
    expect(error).toMatchObject({ public: expect.not.stringContaining('org-77') as string })
  })

  it('a redirect does not carry the key to another server', async () => {
    const { agent, server } = await setUp({ max_retries: 0 })
    const other = await setUp()
    server.next({ kind: 'error', status: 307, headers: { location: `${other.server.url}/chat/completions` } })
    expect((await ask(agent)).error).toBeInstanceOf(AgentError)
    expect(other.server.requests).toEqual([])
  })
})
