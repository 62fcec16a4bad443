import { call, type PorticoClient } from './call.ts'
import type { SequencedEvent } from './events.ts'
import { randomId } from './random-id.ts'
import { readResumed, type ResumeOptions } from './resumed-stream.ts'

export interface TurnInput {
  conversationId: string
  message: string
  /** Files as data: URLs. */
  files?: { url: string; media_type: string; filename?: string }[]
  /** Makes a repeated call the same turn; drawn at random if left out. */
  messageId?: string
}

export interface StreamTurnOptions extends ResumeOptions {
  turnId: string
  /** The sequence number already seen; 0 for the whole turn. */
  after?: number
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
export function streamTurn(
  client: PorticoClient,
  { turnId, after = 0, ...options }: StreamTurnOptions,
): AsyncGenerator<SequencedEvent> {
  const open = (last: number, signal: AbortSignal) =>
    call(
      client.GET('/api/turns/{id}/stream', {
        params: { path: { id: turnId } },
        headers: { accept: 'text/event-stream', 'last-event-id': String(last) },
        parseAs: 'stream',
        signal,
      }),
    )
  return readResumed(open, after, options)
}
