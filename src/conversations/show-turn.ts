import type { Attachments } from '../attachments/attachments.ts'
import type { StreamEvent, Streams } from '../coordination/streams.ts'
import type { Db } from '../storage/database.ts'
import { eventWithLink } from './file-links.ts'
import type { QueuePositions } from './queue-position.ts'
import { readTurn } from './read-turn.ts'
import type { TurnRecord } from './turn-store.ts'

export type TurnReader = (signal: AbortSignal) => AsyncIterable<TurnEventRecord>

/** `data` is the JSON text of a TurnEvent. What is not part of the turn's stream, such as its place in the queue, has no `seq`. */
export interface TurnEventRecord {
  seq?: number
  data: string
}

export interface ShowDependencies {
  db: Db
  streams: Streams
  attachments: Attachments
  queue: QueuePositions
}

/**
 * The events of a turn after a sequence number as readers get them: files as links that open for a while; before the
 * first one, where it stands in its queue, unless it is known to be next.
 */
export function showTurn(
  deps: ShowDependencies,
  turn: TurnRecord,
  after: number,
  isNext = false,
): TurnReader {
  return async function* (signal) {
    const events = readTurn(deps, turn, after, signal)
    const shown = turn.state === 'queued' && !isNext ? withQueue(deps.queue, turn.id, events, signal) : events
    for await (const { data, ...place } of shown)
      yield { ...place, data: eventWithLink(deps.attachments, data) }
  }
}

/** Tells where the turn stands in its queue until its first event comes. */
async function* withQueue(
  queue: QueuePositions,
  turnId: string,
  events: AsyncIterable<StreamEvent>,
  signal: AbortSignal,
): AsyncGenerator<TurnEventRecord> {
  const begun = new AbortController()
  const iterator = events[Symbol.asyncIterator]()
  const first = iterator.next().finally(() => begun.abort())
  // Thrown below, where it is awaited.
  first.catch(() => undefined)
  try {
    for await (const position of queue.follow(turnId, AbortSignal.any([signal, begun.signal])))
      yield { data: JSON.stringify({ type: 'data-queue', data: { position }, transient: true }) }
    for (let next = await first; next.done !== true; next = await iterator.next()) yield next.value
  } finally {
    await iterator.return?.()
  }
}
