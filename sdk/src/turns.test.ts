import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createClient, PorticoError, startTurn, streamTurn, type SequencedEvent } from './client.ts'
import type { Connection } from './testing/broken-stream.ts'
import { startTurnServer } from './testing/turn-server.ts'

const wait = async () => undefined

async function follow(url: string, options: { after?: number; idleMs?: number } = {}) {
  const events: SequencedEvent[] = []
  const stream = streamTurn(createClient({ baseUrl: url }), { turnId: 'trn_1', wait, ...options })
  for await (const event of stream) events.push(event)
  return events.map(({ seq }) => seq)
}

describe('startTurn', () => {
  it('gives a message an id, so that sending it twice begins one turn', async () => {
    const { url, started } = await startTurnServer(0)
    const turnId = await startTurn(createClient({ baseUrl: url }), {
      conversationId: 'cnv_1',
      message: 'hello',
    })
    expect(turnId).toBe('trn_1')
    expect(started).toEqual([
      { message: 'hello', message_id: expect.stringMatching(/^[0-9a-f]{32}$/) as string },
    ])
  })
})

describe('streamTurn', () => {
  it('gives all events of a turn, or those after a given one', async () => {
    const { url } = await startTurnServer(4)
    expect(await follow(url)).toEqual([1, 2, 3, 4])
    expect(await follow(url, { after: 2 })).toEqual([3, 4])
  })

  it('gives each event once and in order, wherever the connection is cut', async () => {
    const connection = fc.oneof(
      fc.record({ cutAfter: fc.nat(500) }),
      fc.record({ reconnectAfter: fc.nat(5) }),
      fc.constant({ refuse: 503 }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(connection, { maxLength: 6 }), async (connections: Connection[]) => {
        const { url } = await startTurnServer(8, [...connections])
        expect(await follow(url)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
      }),
      { numRuns: 40 },
    )
  })

  it('goes on after the last event that it has seen', async () => {
    const { url, resumedAfter } = await startTurnServer(4, [{ reconnectAfter: 3 }])
    await follow(url)
    expect(resumedAfter).toEqual([0, 3])
  })

  it('leaves a connection that has fallen silent', async () => {
    const { url, resumedAfter } = await startTurnServer(3, [{ hangAfter: 1 }])
    expect(await follow(url, { idleMs: 50 })).toEqual([1, 2, 3])
    expect(resumedAfter).toEqual([0, 1])
  })

  it('gives up when the server refuses, with its reason', async () => {
    const { url, resumedAfter } = await startTurnServer(3, [{ refuse: 404 }])
    const error: unknown = await follow(url).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(PorticoError)
    expect(error).toMatchObject({
      code: 'refused_here',
      status: 404,
      detail: 'Not today.',
      requestId: 'req_1',
    })
    expect(resumedAfter).toHaveLength(1)
  })

  it('waits as long as a busy server asks', async () => {
    const { url } = await startTurnServer(1, [{ refuse: 429, headers: { 'retry-after': '9' } }])
    const waits: number[] = []
    const client = createClient({ baseUrl: url })
    const noting = async (ms: number) => void waits.push(ms)
    for await (const { seq } of streamTurn(client, { turnId: 'trn_1', wait: noting })) expect(seq).toBe(1)
    expect(waits).toEqual([9000])
  })

  it('gives up after many failures in a row', async () => {
    const { url, resumedAfter } = await startTurnServer(
      1,
      Array.from({ length: 20 }, () => ({ refuse: 500 })),
    )
    await expect(follow(url)).rejects.toBeInstanceOf(PorticoError)
    expect(resumedAfter).toHaveLength(11)
  })

  it('stops at once when its signal aborts, with the reason', async () => {
    const { url } = await startTurnServer(3, [{ hangAfter: 1 }])
    const stop = new AbortController()
    const stream = streamTurn(createClient({ baseUrl: url }), { turnId: 'trn_1', signal: stop.signal })
    expect((await stream.next()).value).toMatchObject({ seq: 1 })
    const next = stream.next()
    stop.abort(new Error('the page was left'))
    await expect(next).rejects.toThrow('the page was left')
  })
})
