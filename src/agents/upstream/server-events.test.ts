import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readServerEvents } from './server-events.ts'

async function read(pieces: Uint8Array[], onBytes: () => void = () => undefined): Promise<string[]> {
  async function* body() {
    yield* pieces
  }
  const events: string[] = []
  for await (const { data } of readServerEvents(body(), onBytes)) events.push(data)
  return events
}

const readText = (text: string) => read([Buffer.from(text)])

describe('the parser of server-sent events', () => {
  it.each<[string, string, string[]]>([
    ['events', 'data: a\n\ndata: b\n\n', ['a', 'b']],
    ['CRLF', 'data: a\r\n\r\ndata: b\r\n\r\n', ['a', 'b']],
    ['CR alone', 'data: a\r\rdata: b\r\r', ['a', 'b']],
    ['data in several lines', 'data: a\ndata:\ndata: b\n\n', ['a\n\nb']],
    ['comments', ': OPENROUTER PROCESSING\n\n:\ndata: a\n\n', ['a']],
    ['other fields', 'event: x\nid: 1\nretry: 5\nnonsense\ndata: a\n\n', ['a']],
    ['no space after the colon', 'data:a\n\n', ['a']],
    ['only one space taken', 'data:  a\n\n', [' a']],
    ['a byte order mark', '\uFEFFdata: a\n\n', ['a']],
    ['a missing last line', 'data: a\n\ndata: b', ['a', 'b']],
    ['nothing', '', []],
  ])('reads %s', async (_name, text, expected) => {
    expect(await readText(text)).toEqual(expected)
  })

  it('tells the name and the last id of an event', async () => {
    async function* body() {
      yield Buffer.from('event: token\nid: 7\ndata: a\n\ndata: b\n\nevent: end\n\nid\ndata: c\n\n')
    }
    const events = []
    for await (const event of readServerEvents(body(), () => undefined)) events.push(event)
    expect(events).toEqual([
      { name: 'token', data: 'a', id: '7' },
      { name: 'message', data: 'b', id: '7' },
      { name: 'message', data: 'c', id: '' },
    ])
  })

  it('reads the same however the network cuts the bytes', async () => {
    const stream = Buffer.from(
      'data: {"a":"é 你好 😀"}\r\n\r\n: hm\r\n\r\ndata: x\r\ndata: y\r\n\r\ndata: [DONE]\n\n',
    )
    const whole = await read([stream])
    expect(whole).toEqual(['{"a":"é 你好 😀"}', 'x\ny', '[DONE]'])
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(stream.length), { maxLength: 20 }), async (cuts) => {
        const borders = [0, ...cuts.sort((a, b) => a - b), stream.length]
        const pieces = borders.slice(1).map((end, index) => stream.subarray(borders[index], end))
        expect(await read(pieces)).toEqual(whole)
      }),
    )
  })

  it('reports every piece, comments too, so that a quiet server is not taken for a dead one', async () => {
    let pieces = 0
    await read([Buffer.from(': wait\n'), Buffer.from(': wait\n')], () => pieces++)
    expect(pieces).toBe(2)
  })
})
