import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { fastify } from 'fastify'
import { afterEach, describe, expect, it } from 'vitest'
import { registerErrors } from './errors.ts'
import { registerShutdown } from './shutdown.ts'
import {
  lastEventIdOf,
  registerStreams,
  streamEvents,
  type StreamedEvent,
  type StreamOptions,
} from './sse.ts'
import type { App } from './types.ts'

let app: App
afterEach(() => app.close())

type Open = (signal: AbortSignal, after: number) => AsyncIterable<StreamedEvent>

async function serve(open: Open, options?: StreamOptions): Promise<number> {
  app = fastify()
  registerErrors(app)
  registerStreams(app)
  registerShutdown(app, 5_000)
  app.get('/stream', { config: { access: 'public' } }, async (asked, reply) => {
    const after = lastEventIdOf(asked)
    return streamEvents(reply, (signal) => open(signal, after), options)
  })
  app.get('/slow', { config: { access: 'public' } }, async () => {
    await wait(300)
    return { answered: true }
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  return (app.server.address() as AddressInfo).port
}

async function get(
  port: number,
  path: string,
  headers: Record<string, string> = {},
): Promise<IncomingMessage> {
  const asked = request({ port, path, headers, host: '127.0.0.1', agent: false })
  asked.on('error', () => undefined)
  asked.end()
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  return answer
}

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of answer) text += String(chunk)
  return text
}

/** Nothing until the signal aborts, like a stream whose turn is still running. */
async function* silence(signal: AbortSignal): AsyncGenerator<StreamedEvent> {
  if (!signal.aborted) await once(signal, 'abort')
}

async function* count(from: number, to: number): AsyncGenerator<StreamedEvent> {
  for (let id = from; id <= to; id++)
    yield { id, data: JSON.stringify({ type: 'text-delta', id: '1', delta: `${id}` }) }
}

describe('an event stream', () => {
  it('numbers its events, ends with [DONE] and says how it is framed', async () => {
    const port = await serve(() => count(1, 2))
    const answer = await get(port, '/stream')
    expect(answer.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'x-vercel-ai-ui-message-stream': 'v1',
      'x-accel-buffering': 'no',
      'cache-control': 'no-cache, no-transform',
    })
    expect(await textOf(answer)).toBe(
      'id: 1\ndata: {"type":"text-delta","id":"1","delta":"1"}\n\n' +
        'id: 2\ndata: {"type":"text-delta","id":"1","delta":"2"}\n\ndata: [DONE]\n\n',
    )
  })

  it('goes on after Last-Event-ID', async () => {
    const port = await serve((_signal, after) => count(after + 1, 3))
    expect(await textOf(await get(port, '/stream', { 'last-event-id': '2' }))).toMatch(/^id: 3\n/)
  })

  it.each(['-1', 'two', '1.5', '9'.repeat(16)])('refuses Last-Event-ID %s', async (id) => {
    const port = await serve(() => count(1, 1))
    const answer = await get(port, '/stream', { 'last-event-id': id })
    expect(answer.statusCode).toBe(400)
    expect(JSON.parse(await textOf(answer))).toMatchObject({ code: 'last_event_id_invalid' })
  })

  it('sends comments while nothing happens', async () => {
    const port = await serve(silence, { heartbeatMs: 5 })
    const answer = await get(port, '/stream')
    const [chunk] = (await once(answer, 'data')) as [Buffer]
    expect(chunk.toString()).toMatch(/^:\n\n/)
    answer.destroy()
  })

  it('lets go of its events when the reader leaves', async () => {
    const { promise, resolve } = Promise.withResolvers<string>()
    const port = await serve(async function* (signal) {
      yield { id: 1, data: '{}' }
      await once(signal, 'abort')
      resolve('aborted')
    })
    const answer = await get(port, '/stream')
    await once(answer, 'data')
    answer.destroy()
    expect(await promise).toBe('aborted')
  })

  it('breaks off without [DONE] when its events fail, so that the reader comes back', async () => {
    const port = await serve(async function* () {
      yield { id: 1, data: '{}' }
      throw new Error('the database went away')
    })
    expect(await textOf(await get(port, '/stream'))).toBe('id: 1\ndata: {}\n\n')
  })
})

describe('a slow reader', () => {
  const big: StreamedEvent = { id: 1, data: JSON.stringify('x'.repeat(64 * 1024)) }

  it('is dropped, and nothing more is read for it', async () => {
    let taken = 0
    const { promise: dropped, resolve } = Promise.withResolvers<boolean>()
    const port = await serve(
      async function* (signal) {
        try {
          for (;;) {
            taken++
            yield big
          }
        } finally {
          resolve(signal.aborted)
        }
      },
      { stallMs: 50 },
    )
    const answer = await get(port, '/stream')
    answer.on('error', () => undefined)
    answer.pause()
    expect(await dropped).toBe(true)
    // What the two sockets buffer is the system's; we hold no more than one event over 256 KB.
    expect(taken).toBeLessThan(1_000)
    await expect.poll(() => app.openStreams.size).toBe(0)
    answer.destroy()
  })

  it('that catches up in time gets everything', async () => {
    const port = await serve(async function* () {
      for (let id = 1; id <= 200; id++) yield { ...big, id }
    })
    const answer = await get(port, '/stream')
    answer.pause()
    await wait(50)
    const text = await textOf(answer)
    expect(text.match(/^id: /gm)).toHaveLength(200)
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true)
  })
})

describe('a server that closes', () => {
  it('ends open streams cleanly and answers the request in flight', async () => {
    const port = await serve(silence)
    const readers = await Promise.all(Array.from({ length: 50 }, () => get(port, '/stream')))
    const ends = readers.map(textOf)
    const slow = get(port, '/slow', { connection: 'keep-alive' })
    await once(app.server, 'request')
    const closed = app.close()
    const answer = await slow
    expect(answer.statusCode).toBe(200)
    expect(answer.headers.connection).toBe('close')
    expect(await textOf(answer)).toBe('{"answered":true}')
    await closed
    expect(new Set(await Promise.all(ends))).toEqual(new Set(['retry: 1000\n\n']))
  })

  it('does not wait for an event source that ignores its signal', async () => {
    const port = await serve(() => ({
      [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => undefined) }),
    }))
    const reader = textOf(await get(port, '/stream'))
    await app.close()
    expect(await reader).toBe('retry: 1000\n\n')
  })
})
