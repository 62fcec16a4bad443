import { call, type PorticoClient } from './call.ts'
import { PorticoError } from './errors.ts'
import type { SequencedEvent, TurnEvent } from './events.ts'
import { readLively } from './lively-stream.ts'

export interface TurnInput {
  conversationId: string
  message: string
  /** Files as data: URLs. */
  files?: { url: string; media_type: string; filename?: string }[]
  /** Makes a repeated call the same turn; drawn at random if left out. */
  messageId?: string
}

export interface StreamTurnOptions {
  turnId: string
  /** The sequence number already seen; 0 for the whole turn. */
  after?: number
  signal?: AbortSignal
  /** How long the server may be silent, its 15-second comments included, before we connect again. */
  idleMs?: number
  /** Waits between attempts; given by tests. */
  wait?: (ms: number) => Promise<void>
}

/** Sends a message and answers with the id of the turn that it begins (or began, if sent before). */
export async function startTurn(client: PorticoClient, input: TurnInput): Promise<string> {
  const { turn_id } = await call(
    client.POST('/api/conversations/{id}/turns', {
      params: { path: { id: input.conversationId } },
      body: {
        message: input.message,
        message_id: input.messageId ?? randomId(),
        ...(input.files === undefined ? {} : { files: input.files }),
      },
    }),
  )
  return turn_id
}

/**
 * The events of a turn, running or long ended, each once and in order. A cut connection is taken up again
 * after the last event seen. Ends with the turn. Throws PorticoError when the server refuses, the signal's
 * reason when it aborts, and the last failure after ten in a row.
 */
export async function* streamTurn(
  client: PorticoClient,
  options: StreamTurnOptions,
): AsyncGenerator<SequencedEvent> {
  const wait = options.wait ?? ((ms) => pause(ms, options.signal))
  let after = options.after ?? 0
  let failures = 0
  for (;;) {
    let failure: Error | undefined
    try {
      for await (const { id, type, data } of connect(client, after, options)) {
        if (data === '[DONE]') return
        if (type !== 'message') continue
        after = Number(id)
        failures = 0
        yield { seq: after, event: JSON.parse(data) as TurnEvent }
      }
    } catch (error) {
      options.signal?.throwIfAborted()
      if (error instanceof PorticoError && !mayPass(error)) throw error
      failure = error instanceof Error ? error : new Error(String(error))
    }
    failures++
    if (failures > 10) throw failure ?? new Error('The stream of the turn ends again and again.')
    await wait(delayOf(failures, failure))
  }
}

function connect(client: PorticoClient, after: number, { turnId, signal, idleMs }: StreamTurnOptions) {
  const open = (connection: AbortSignal) =>
    call(
      client.GET('/api/turns/{id}/stream', {
        params: { path: { id: turnId } },
        headers: { accept: 'text/event-stream', 'last-event-id': String(after) },
        parseAs: 'stream',
        signal: connection,
      }),
    )
  return readLively(open, { signal, idleMs })
}

function mayPass(error: PorticoError): boolean {
  return error.status === 408 || error.status === 429 || error.status >= 500
}

/** Milliseconds before the next attempt: at once after the first cut, then longer and longer, up to 10 s. */
function delayOf(failures: number, failure: Error | undefined): number {
  if (failure instanceof PorticoError && failure.retryAfter !== undefined) return failure.retryAfter * 1000
  return failures === 1 ? 0 : Math.min(10_000, 250 * 2 ** failures) * (0.5 + Math.random() / 2)
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(done, ms)
    function done() {
      signal?.removeEventListener('abort', stop)
      resolve()
    }
    function stop() {
      clearTimeout(timer)
      reject(signal?.reason as Error)
    }
    signal?.addEventListener('abort', stop, { once: true })
  })
}

// crypto.randomUUID is missing on pages that are served without TLS.
function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('')
}
