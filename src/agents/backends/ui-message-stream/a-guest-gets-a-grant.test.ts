import { describe, expect, it, onTestFinished } from 'vitest'
import { wholeOf } from '../../testing/agent-contract.ts'
import { collect, turnOf } from '../../testing/turns.ts'
import { chunks, startUiMessageServer } from '../../testing/ui-message-server.ts'
import { uiMessageStream } from './ui-message-stream.ts'

/** The fear: a stranger in a group acts with somebody's account, or a token lies where models and people read. */
describe('the grant of a turn', () => {
  async function setUp() {
    const server = await startUiMessageServer()
    onTestFinished(server.stop)
    const agent = uiMessageStream.create(
      { url: server.url, max_retries: 0 },
      { fetch, sleep: async () => undefined },
    )
    const ask = (turn = turnOf('hello')) => collect(agent.run(turn, new AbortController().signal))
    return { server, ask }
  }

  it("is not sent for a guest's turn", async () => {
    const { server, ask } = await setUp()
    await ask(turnOf('hello', { user: { id: 'gst_1', name: 'Zoe', kind: 'guest' }, grant: null }))
    const { headers = {}, text = '', body } = server.requests[0] ?? {}
    expect(Object.keys(headers).filter((name) => name.startsWith('portico'))).toEqual([])
    expect(text).not.toContain('grant')
    expect(body).toMatchObject({ portico: { user: { kind: 'guest' } } })
  })

  it('stays out of the body, which servers show to their models', async () => {
    const { server, ask } = await setUp()
    await ask()
    expect(server.requests[0]?.text).not.toContain('pg_grant-of-the-turn')
  })

  it.each([
    ['as a refusal', { status: 400, pieces: ['{"error":"bad token pg_grant-of-the-turn"}'] }],
    ['in the stream', chunks({ type: 'error', errorText: 'bad token pg_grant-of-the-turn' })],
  ])('stays out of the error when the server says it %s', async (_name, reply) => {
    const { server, ask } = await setUp()
    server.next(reply)
    const { error } = await ask()
    expect(wholeOf(error)).toContain('redacted')
    expect(wholeOf(error)).not.toContain('pg_grant-of-the-turn')
  })
})
