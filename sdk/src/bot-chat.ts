import { call, type PorticoClient } from './call.ts'
import type { SequencedEvent } from './events.ts'
import { growingText, textOf } from './growing-text.ts'
import { withinIdle } from './lively-stream.ts'
import { readResumed, retried, type ResumeOptions } from './resumed-stream.ts'
import type { paths } from './schema.ts'

type StreamBody =
  paths['/api/platform-linking/chat/stream']['post']['requestBody']['content']['application/json']

/** The answer to one question. Read it once: as events, as text that grows, or whole. */
export interface ChatAnswer extends AsyncIterable<SequencedEvent> {
  /** The conversation: give it with the next question of this chat. */
  readonly sessionId: string
  readonly turnId: string
  /** All of the text so far, at most once every `everyMs` (1,000 if left out), and at the end the whole. */
  growing(everyMs?: number): AsyncIterable<string>
  /** The whole text, once it is there. */
  text(): Promise<string>
  /** Asks the agent to stop; the stream then ends by itself. */
  cancel(): Promise<void>
}

/** Asks, and resolves when the server has taken the question. */
export async function answerStream(
  client: PorticoClient,
  body: StreamBody,
  options: ResumeOptions,
): Promise<ChatAnswer> {
  // Asked under its message_id, so that a question whose answer was lost is asked again, and answered once.
  const { sessionId, turnId, stream, close } = await retried(() => begin(client, body, options), options)
  const left = new AbortController()
  const signal = options.signal === undefined ? left.signal : AbortSignal.any([options.signal, left.signal])
  let isFirst = true
  const open = async (after: number, connection: AbortSignal) => {
    if (isFirst) {
      isFirst = false
      connection.addEventListener('abort', () => close(connection.reason), { once: true })
      return stream
    }
    return call(
      client.GET('/api/platform-linking/chat/turns/{turn_id}/stream', {
        params: { path: { turn_id: turnId } },
        headers: { accept: 'text/event-stream', 'last-event-id': String(after) },
        parseAs: 'stream',
        signal: connection,
      }),
    )
  }
  const events = readResumed(open, 0, { ...options, signal })
  return {
    sessionId,
    turnId,
    [Symbol.asyncIterator]: () => events,
    async *growing(everyMs) {
      try {
        yield* growingText(events, everyMs)
      } finally {
        left.abort()
      }
    },
    text: () => textOf(events),
    async cancel() {
      await call(
        client.POST('/api/platform-linking/chat/turns/{turn_id}/cancel', {
          params: { path: { turn_id: turnId } },
        }),
      )
    },
  }
}

/** One try to ask. The answer's stream is open, and nobody reads it yet. */
async function begin(client: PorticoClient, body: StreamBody, { signal, idleMs }: ResumeOptions) {
  const connection = new AbortController()
  const close = (reason: unknown) => connection.abort(reason)
  const given = signal === undefined ? connection.signal : AbortSignal.any([signal, connection.signal])
  const request = client.POST('/api/platform-linking/chat/stream', {
    body,
    headers: { accept: 'text/event-stream' },
    parseAs: 'stream',
    signal: given,
  })
  const stream = await withinIdle(call(request), close, idleMs)
  const { headers } = (await request).response
  const sessionId = headers.get('x-session-id')
  const turnId = headers.get('x-turn-id')
  if (sessionId !== null && turnId !== null) return { sessionId, turnId, stream, close }
  close(undefined)
  throw new Error('The answer lacks X-Session-Id or X-Turn-Id: something on the way drops headers.')
}
