import { describe, expect, it, onTestFinished } from 'vitest'
import type { Reply } from '../../testing/local-server.ts'
import { collect, memoryOf, textIn, turnOf } from '../../testing/turns.ts'
import { begun, spoken, startUiMessageServer } from '../../testing/ui-message-server.ts'
import { uiMessageStream } from './ui-message-stream.ts'

/** The fear: the agent does its work again, or people read the answer to another question. */
describe('after a crash', () => {
  async function crash({ begins = true } = {}) {
    const server = await startUiMessageServer()
    onTestFinished(server.stop)
    const agent = uiMessageStream.create(
      { url: server.url, max_retries: 0 },
      { fetch, sleep: async () => undefined },
    )
    const memory = memoryOf()
    const first = turnOf('hello', { memory })
    if (begins) {
      server.next(begun('hang', { type: 'text-delta', id: '0', delta: 'Half' }))
      for await (const _ of agent.run(first, new AbortController().signal)) break
    }
    const again = async (turn = { ...first, attempt: 2 }, ...replies: Reply[]) => {
      server.next(...replies)
      const before = server.requests.length
      const { events, error } = await collect(agent.run(turn, new AbortController().signal))
      const asked = server.requests.slice(before).map(({ method }) => method)
      return { text: textIn(events), error, asked }
    }
    return { first, memory, again }
  }

  it('the answer that is still being written is taken up from its beginning', async () => {
    const { first, again } = await crash()
    expect(await again({ ...first, attempt: 2 }, spoken('Half and whole'))).toEqual({
      text: 'Half and whole',
      error: undefined,
      asked: ['GET'],
    })
  })

  it.each<[string, Reply]>([
    ['has nothing to resume', { status: 204 }],
    ['offers no resuming', { status: 404, pieces: ['Not found'] }],
    ['takes no GET', { status: 405 }],
  ])('the turn is asked again, under the same key, where the server %s', async (_name, reply) => {
    const { first, again } = await crash()
    expect(await again({ ...first, attempt: 2 }, reply)).toMatchObject({
      text: 'hello',
      asked: ['GET', 'POST'],
    })
  })

  it('nothing is resumed for a turn that never reached the server', async () => {
    const { again } = await crash({ begins: false })
    expect((await again()).asked).toEqual(['POST'])
  })

  it('the stream of an earlier turn is not taken for that of this one', async () => {
    const { memory, again } = await crash()
    expect((await again(turnOf('next', { memory, attempt: 2 }))).asked).toEqual(['POST'])
  })

  it('a stream that breaks while it is resumed is not asked for again', async () => {
    const { first, again } = await crash()
    const broken = begun('cut', { type: 'text-delta', id: '0', delta: 'Half' })
    const { asked, error } = await again({ ...first, attempt: 2 }, broken)
    expect(asked).toEqual(['GET'])
    expect(error).toMatchObject({ code: 'agent_unreachable' })
  })
})
