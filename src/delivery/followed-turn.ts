import type { TurnEvent } from '../agents/agent.ts'
import type { streamEnd } from '../coordination/streams.ts'
import type { DeliveryTexts } from './texts.ts'
import { emptyTranscript, withEvent, type Transcript } from './transcript.ts'

/**
 * The events of a turn from the first one on, until it ends or the signal aborts. `orderedAt` is when its answer was
 * ordered: it may be longer ago than events are kept.
 */
export type ReadTurn = (
  turn: { id: string; orderedAt: Date },
  signal: AbortSignal,
) => AsyncIterable<TurnEvent | typeof streamEnd>

/** A turn, followed while it lasts. */
export interface FollowedTurn {
  /** What there is to show right now. */
  readonly transcript: Transcript
  /** Resolves at the next change; rejects when the stream cannot be read or the signal aborted. */
  changed(): Promise<void>
  /** Aborts when the turn has ended, for those who would wait otherwise. */
  readonly ended: AbortSignal
}

/** Reads a turn in the background until it ends or `signal` aborts. */
export function followTurn(
  readTurn: ReadTurn,
  ordered: Parameters<ReadTurn>[0],
  texts: DeliveryTexts,
  signal: AbortSignal,
): FollowedTurn {
  let transcript = emptyTranscript
  let bell = Promise.withResolvers<undefined>()
  let failure: { error: unknown } | undefined
  const ended = new AbortController()

  const ring = () => {
    bell.resolve(undefined)
    bell = Promise.withResolvers()
  }
  const read = async () => {
    for await (const event of readTurn(ordered, signal)) {
      transcript = withEvent(transcript, event, texts)
      if (transcript.isFinished) break
      ring()
    }
    signal.throwIfAborted()
    if (!transcript.isFinished) transcript = withEvent(transcript, { type: 'end' }, texts)
  }
  void read()
    .catch((error: unknown) => (failure = { error }))
    .finally(() => {
      ended.abort()
      ring()
    })

  return {
    get transcript() {
      return transcript
    },
    async changed() {
      if (failure === undefined) await bell.promise
      if (failure !== undefined) throw failure.error
    },
    ended: ended.signal,
  }
}
