import { once } from 'node:events'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { httpErrors } from './errors.ts'
import type { App } from './types.ts'

/** An event of a stream: its sequence number, and one line of JSON. One that is told in passing has no number. */
export interface StreamedEvent {
  id?: number
  data: string
}

export interface StreamOptions {
  /** Further headers, for example x-turn-id. */
  headers?: Record<string, string>
  /** How often a comment keeps proxies from closing a quiet stream. */
  heartbeatMs?: number
  /** How long a reader that is behind by more than `slowReaderBytes` may take to catch up. */
  stallMs?: number
}

const slowReaderBytes = 256 * 1024

declare module 'fastify' {
  interface FastifyInstance {
    /** Ends each stream that is open, so that its reader comes back to another replica. */
    openStreams: Set<() => void>
  }
}

/** Lets streams be opened on this server, and ends them when it closes. */
export function registerStreams(app: App): void {
  app.decorate('openStreams', new Set<() => void>())
  app.addHook('preClose', async () => {
    for (const end of app.openStreams) end()
  })
}

/**
 * Answers with server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html) in the
 * framing of the Vercel AI SDK UI message stream: `data: [DONE]` after the last event. `open` gets a signal that
 * aborts when the reader is gone, was too slow, or the server closes; in each case [DONE] is missing, and the
 * reader may come back with Last-Event-ID. Resolves when the answer has ended.
 */
export async function streamEvents(
  reply: FastifyReply,
  open: (signal: AbortSignal) => AsyncIterable<StreamedEvent>,
  { headers = {}, heartbeatMs = 15_000, stallMs = 5_000 }: StreamOptions = {},
): Promise<void> {
  const { raw, server, log } = reply
  reply.hijack()
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) raw.setHeader(name, value)
  }
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
    'x-vercel-ai-ui-message-stream': 'v1',
    ...headers,
  })
  raw.flushHeaders()

  const stop = new AbortController()
  const ended = new Promise<void>((resolve) => raw.once('close', resolve))
  const heartbeat = setInterval(() => raw.write(':\n\n'), heartbeatMs)
  const endEarly = () => {
    raw.end('retry: 1000\n\n')
    stop.abort()
  }
  server.openStreams.add(endEarly)
  raw.once('close', () => {
    server.openStreams.delete(endEarly)
    clearInterval(heartbeat)
    stop.abort()
  })

  try {
    for await (const { id, data } of open(stop.signal)) {
      if (stop.signal.aborted) break
      raw.write(id === undefined ? `data: ${data}\n\n` : `id: ${id}\ndata: ${data}\n\n`)
      if (raw.writableLength > slowReaderBytes) await catchUp(reply, stop, stallMs)
    }
    if (!stop.signal.aborted) raw.end('data: [DONE]\n\n')
  } catch (error) {
    if (!stop.signal.aborted) log.error({ err: error }, 'an event stream broke off')
    raw.end()
  }
  await ended
}

/** A reader that is far behind may catch up for a while; then it is dropped, and memory with it. */
async function catchUp({ raw }: FastifyReply, stop: AbortController, stallMs: number): Promise<void> {
  const patience = AbortSignal.any([stop.signal, AbortSignal.timeout(stallMs)])
  try {
    await once(raw, 'drain', { signal: patience })
  } catch {
    stop.abort()
    raw.destroy()
  }
}

/** After which event the reader wants to go on: its Last-Event-ID, or 0. Throws last_event_id_invalid. */
export function lastEventIdOf(request: FastifyRequest): number {
  const given = request.headers['last-event-id'] ?? '0'
  if (typeof given !== 'string' || !/^\d{1,15}$/.test(given)) throw httpErrors.last_event_id_invalid()
  return Number(given)
}
