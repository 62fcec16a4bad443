import type { TurnEvent } from '../agents/agent.ts'
import type { Streams } from '../coordination/streams.ts'
import type { DeliveryTexts } from './texts.ts'
import { emptyTranscript, withEvent, type Transcript } from './transcript.ts'

/** A turn's stream, followed while it lasts. */
export interface FollowedTurn {
  /** What there is to show right now. */
  readonly transcript: Transcript
  /** Resolves at the next change; rejects when the stream cannot be read or the signal aborted. */
  changed(): Promise<void>
  /** Aborts when the turn has ended, for those who would wait otherwise. */
  readonly ended: AbortSignal
}

/** Reads the events of a turn from the first one on, in the background, until the turn ends or `signal` aborts. */
export function followTurn(
  streams: Streams,
  turnId: string,
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
    for await (const { data } of streams.read(`turn:${turnId}`, 0, signal)) {
      transcript = withEvent(transcript, JSON.parse(data) as TurnEvent | { type: 'end' }, texts)
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
