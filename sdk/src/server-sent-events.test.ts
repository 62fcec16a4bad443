import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readServerSentEvents, type ServerSentEvent } from './server-sent-events.ts'

async function read(pieces: Uint8Array[]): Promise<ServerSentEvent[]> {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece)
      controller.close()
    },
  })
  const events: ServerSentEvent[] = []
  for await (const event of readServerSentEvents(body)) events.push(event)
  return events
}

describe('server-sent events', () => {
  it.each<[string, string, ServerSentEvent[]]>([
    [
      'keep their last id',
      'id: 1\ndata: a\n\ndata: b\n\nid\ndata: c\n\n',
      [
        { id: '1', type: 'message', data: 'a' },
        { id: '1', type: 'message', data: 'b' },
        { id: '', type: 'message', data: 'c' },
      ],
    ],
    [
      'have a type for once',
      'event: x\ndata: a\n\ndata: b\n\n',
      [
        { id: '', type: 'x', data: 'a' },
        { id: '', type: 'message', data: 'b' },
      ],
    ],
    ['are nothing without data', 'event: x\nid: 3\n\n: comment\n\n', []],
    ['are dropped when cut', 'data: a\n', []],
  ])('%s', async (_name, text, expected) => {
    expect(await read([Buffer.from(text)])).toEqual(expected)
  })

  it('read the same however the network cuts the bytes', async () => {
    const stream = Buffer.from(
      'id: 1\r\ndata: é 你好 😀\r\n\r\n: hm\r\r\ndata: x\rdata: y\r\n\r\nid: 2\ndata: z\n\n',
    )
    const whole = await read([stream])
    expect(whole.map(({ data }) => data)).toEqual(['é 你好 😀', 'x\ny', 'z'])
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(stream.length), { maxLength: 20 }), async (cuts) => {
        const borders = [0, ...cuts.sort((a, b) => a - b), stream.length]
        const pieces = borders.slice(1).map((end, index) => stream.subarray(borders[index], end))
        expect(await read(pieces)).toEqual(whole)
      }),
    )
  })
})
