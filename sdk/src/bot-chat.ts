import { call, type PorticoClient } from './call.ts'
import type { SequencedEvent } from './events.ts'
import { growingText, textOf } from './growing-text.ts'
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
  const connection = new AbortController()
  const signal =
    options.signal === undefined ? connection.signal : AbortSignal.any([options.signal, connection.signal])
  // Asked under its message_id, so that a question whose answer was lost is asked again, and answered once.
  const { stream, headers } = await retried(async () => {
    const request = client.POST('/api/platform-linking/chat/stream', {
      body,
      headers: { accept: 'text/event-stream' },
      parseAs: 'stream',
      signal,
    })
    const { response } = await request
    return { stream: await call(request), headers: response.headers }
  }, options)
  const sessionId = headers.get('x-session-id') ?? ''
  const turnId = headers.get('x-turn-id') ?? ''
  let begun: typeof stream | undefined = stream
  const open = async (after: number, given: AbortSignal) => {
    if (begun !== undefined) {
      const first = begun
      begun = undefined
      given.addEventListener('abort', () => connection.abort(given.reason), { once: true })
      return first
    }
    return call(
      client.GET('/api/platform-linking/chat/turns/{turn_id}/stream', {
        params: { path: { turn_id: turnId } },
        headers: { accept: 'text/event-stream', 'last-event-id': String(after) },
        parseAs: 'stream',
        signal: given,
      }),
    )
  }
  const events = readResumed(open, 0, options)
  return {
    sessionId,
    turnId,
    [Symbol.asyncIterator]: () => events,
    growing: (everyMs) => growingText(events, everyMs),
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
