import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createBot, type ChatQuestion } from './client.ts'
import { startBotServer, type BotServerPlan } from './testing/bot-server.ts'
import type { Connection } from './testing/broken-stream.ts'

const whole = 'é1 é2 é3 é4 é5 é6 é7 é8 '
const wait = async () => undefined

async function createTestBot(plan: BotServerPlan = {}) {
  const server = await startBotServer(plan)
  const bot = createBot({ baseUrl: server.url, key: 'pbk_1', platform: 'DISCORD' })
  const ask = (more: Partial<ChatQuestion> = {}) =>
    bot.ask({ personId: '7', message: 'hello', wait, ...more })
  return { ...server, ask }
}

const questions = ({ calls }: { calls: { call: string }[] }) =>
  calls.filter(({ call }) => call === 'POST /chat/stream')

describe('a question', () => {
  it('is asked for a person, in a session and with files', async () => {
    const server = await createTestBot()
    const files = [{ url: 'data:,hi', media_type: 'text/plain' }]
    const answer = await server.ask({ sessionId: 'cnv_0', messageId: 'm1', files })
    expect([answer.sessionId, answer.turnId, await answer.text()]).toEqual(['cnv_1', 'trn_1', whole])
    const person = { platform: 'DISCORD', platform_user_id: '7' }
    const body = { ...person, message: 'hello', message_id: 'm1', session_id: 'cnv_0', files }
    expect(server.calls).toEqual([{ call: 'POST /chat/stream', key: 'pbk_1', body }])
  })

  it.each(['cut before it is read', 'cut before the headers', 'silent'] as const)(
    'that is %s is asked again under the same id, and answered once',
    async (way) => {
      const server = await createTestBot({ asked: [way, way] })
      const answer = await server.ask({ idleMs: 300 })
      expect(await answer.text()).toBe(whole)
      expect(server.turns.size).toBe(1)
    },
  )

  it('has another id than the next one', async () => {
    const server = await createTestBot()
    for (const answer of [await server.ask(), await server.ask()]) await answer.text()
    expect(server.turns.size).toBe(2)
  })

  it('waits as long as a busy server asks', async () => {
    const server = await createTestBot({ asked: [{ refuse: 429, headers: { 'retry-after': '9' } }] })
    const waits: number[] = []
    const answer = await server.ask({ wait: async (ms) => void waits.push(ms) })
    expect([waits, await answer.text()]).toEqual([[9000], whole])
  })

  it.each([404, 409, 422])('that is refused with %i is not asked again', async (status) => {
    const server = await createTestBot({ asked: [{ refuse: status }] })
    await expect(server.ask()).rejects.toMatchObject({ name: 'PorticoError', status, code: 'refused_here' })
    expect(questions(server)).toHaveLength(1)
  })

  it('is given up after five tries', async () => {
    const server = await createTestBot({ asked: Array.from({ length: 9 }, () => ({ refuse: 503 })) })
    await expect(server.ask()).rejects.toMatchObject({ status: 503 })
    expect(questions(server)).toHaveLength(5)
  })

  it('is not asked by who gave up before', async () => {
    const server = await createTestBot()
    await expect(server.ask({ signal: AbortSignal.abort(new Error('too late')) })).rejects.toThrow('too late')
    expect(server.calls).toEqual([])
  })
})

describe('an answer', () => {
  it('is whole, wherever its connections are cut', async () => {
    const cut = fc.oneof(
      fc.record({ cutAfter: fc.nat(500) }),
      fc.record({ reconnectAfter: fc.nat(5) }),
    ) satisfies fc.Arbitrary<Connection>
    const later = fc.oneof(cut, fc.constant({ refuse: 503 }))
    await fc.assert(
      fc.asyncProperty(cut, fc.array(later, { maxLength: 5 }), async (first, resumed) => {
        const server = await createTestBot({ asked: [first], resumed: [...resumed] })
        expect(await (await server.ask()).text()).toBe(whole)
        expect(server.turns.size).toBe(1)
      }),
      { numRuns: 40 },
    )
  })

  it('is taken up after the last event that was read', async () => {
    const server = await createTestBot({ asked: [{ reconnectAfter: 3 }], resumed: [{ hangAfter: 2 }] })
    const answer = await server.ask({ idleMs: 300 })
    const seen: number[] = []
    for await (const { seq } of answer) seen.push(seq)
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect(server.calls.flatMap(({ after }) => after ?? [])).toEqual([3, 5])
  })

  it('whose first connection falls silent is read on another', async () => {
    const server = await createTestBot({ asked: [{ hangAfter: 1 }] })
    expect(await (await server.ask({ idleMs: 100 })).text()).toBe(whole)
    await server.left
  })

  it('that may not be read any more is refused, with the reason', async () => {
    const server = await createTestBot({ asked: [{ reconnectAfter: 1 }], resumed: [{ refuse: 404 }] })
    const answer = await server.ask()
    await expect(answer.text()).rejects.toMatchObject({ status: 404, detail: 'Not today.' })
  })

  it('ends at once when its signal aborts, and the connection with it', async () => {
    const server = await createTestBot({ asked: [{ hangAfter: 1 }] })
    const stop = new AbortController()
    const reading = (await server.ask({ signal: stop.signal })).text()
    stop.abort(new Error('the chat is gone'))
    await expect(reading).rejects.toThrow('the chat is gone')
    await server.left
  })

  it('that a reader leaves while it grows closes its connection', async () => {
    const server = await createTestBot({ asked: [{ hangAfter: 1 }] })
    for await (const text of (await server.ask()).growing(0)) {
      expect(text).toBe('é1 ')
      break
    }
    await server.left
  })

  it('is stopped by its turn', async () => {
    const server = await createTestBot()
    await (await server.ask()).cancel()
    expect(server.calls.at(-1)?.call).toBe('POST /chat/turns/trn_1/cancel')
  })

  it('that lost its headers on the way says so', async () => {
    const bare = async () =>
      new Response('data: [DONE]\n\n', { headers: { 'content-type': 'text/event-stream' } })
    const bot = createBot({ baseUrl: 'http://portico.test', key: 'k', platform: 'DISCORD', fetch: bare })
    await expect(bot.ask({ personId: '7', message: 'hi', wait })).rejects.toThrow('X-Session-Id')
  })
})
