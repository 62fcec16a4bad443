import type { TurnEvent } from '../agents/agent.ts'
import { eventsKeptMs } from '../coordination/upkeep.ts'
import { streamEnd, type StreamEvent, type Streams } from '../coordination/streams.ts'
import type { ReadTurn } from '../delivery/delivery.ts'
import type { Clock } from '../lib/clock.ts'
import type { Db } from '../storage/database.ts'
import type { MessagePart } from './parts.ts'
import { findTurn, streamOf, type TurnRecord } from './turn-store.ts'

export const endMark = JSON.stringify(streamEnd)

/** The events of a turn after a sequence number, without the mark that ends every stream. */
export async function* readTurn(
  { db, streams }: { db: Db; streams: Streams },
  turn: TurnRecord,
  after: number,
  signal: AbortSignal,
): AsyncIterable<StreamEvent> {
  const isOld = turn.finishedAt !== null && Date.now() - turn.finishedAt.getTime() > eventsKeptMs / 2
  if (isOld) {
    const events = await retell(db, turn)
    yield* events.map((event, index) => ({ seq: index + 1, data: JSON.stringify(event) })).slice(after)
    return
  }
  for await (const event of streams.read(streamOf(turn.id), after, signal)) {
    if (event.data !== endMark) yield event
  }
}

/** Reads turns for delivery; an answer that was ordered so long ago that its stream may be gone, as it was recorded. */
export function createTurnEvents(deps: { db: Db; streams: Streams; clock: Clock }): ReadTurn {
  return async function* ({ id, orderedAt }, signal) {
    if (deps.clock.now() - orderedAt.getTime() > eventsKeptMs / 2) {
      const turn = await findTurn(deps.db, id)
      if (turn?.finishedAt !== null) {
        // Without a turn its conversation was deleted.
        yield* turn === undefined ? [{ type: 'abort' } as const] : await retell(deps.db, turn)
        return
      }
    }
    for await (const { data } of deps.streams.read(streamOf(id), 0, signal))
      yield JSON.parse(data) as TurnEvent | typeof streamEnd
  }
}

/** The stored answer as if it were streamed now, in one piece. */
export async function retell(db: Db, turn: TurnRecord): Promise<TurnEvent[]> {
  const answer = await db
    .selectFrom('messages')
    .select(['id', 'parts'])
    .where('turn_id', '=', turn.id)
    .where('role', '=', 'assistant')
    .executeTakeFirst()
  const parts = (answer?.parts ?? []) as MessagePart[]
  return [
    { type: 'start', messageId: answer?.id ?? turn.id },
    ...parts.flatMap((part, index) => eventsOf(part, String(index))),
    turn.state === 'cancelled'
      ? { type: 'abort' }
      : { type: 'finish', finishReason: turn.state === 'failed' ? 'error' : 'stop' },
  ]
}

function eventsOf(part: MessagePart, id: string): TurnEvent[] {
  switch (part.type) {
    case 'text':
      return [
        { type: 'text-start', id },
        { type: 'text-delta', id, delta: part.text },
        { type: 'text-end', id },
      ]
    case 'reasoning':
      return [
        { type: 'reasoning-start', id },
        { type: 'reasoning-delta', id, delta: part.text },
        { type: 'reasoning-end', id },
      ]
    case 'tool': {
      const { tool_call_id: toolCallId, tool_name: toolName } = part
      const call: TurnEvent = { type: 'tool-input-available', toolCallId, toolName, input: part.input }
      if (part.error_text !== undefined)
        return [call, { type: 'tool-output-error', toolCallId, errorText: part.error_text }]
      return part.output === undefined
        ? [call]
        : [call, { type: 'tool-output-available', toolCallId, output: part.output }]
    }
    case 'file':
      return [
        {
          type: 'file',
          url: part.url,
          mediaType: part.media_type,
          ...(part.filename === undefined ? {} : { filename: part.filename }),
        },
      ]
    case 'error':
      return errorEvents(part)
    case 'notice':
      return []
  }
}

/** What a failure adds to a stream: its code, for programs, then the error as the AI SDK knows it. */
export function errorEvents({ text, code, reference }: MessagePart & { type: 'error' }): TurnEvent[] {
  const error: TurnEvent = { type: 'error', errorText: text }
  if (code === undefined || reference === undefined) return [error]
  return [{ type: 'data-error', data: { code, reference } }, error]
}
