import { streamTurn } from '@portico/sdk'
import { useEffect, useEffectEvent, useState } from 'react'
import { portico } from '../api/client.ts'
import { addEvent, type MessagePart } from './parts.ts'

export interface Answer {
  parts: MessagePart[]
  /** How many turns are before it; null once it has begun, and while that is not known. */
  place: number | null
  /** The stream broke and could not be taken up again. */
  error: Error | null
}

const nothing: Answer = { parts: [], place: null, error: null }

/** The answer of a turn as it grows, read from its first event, so that a page opened in the middle shows all of it. */
export function useAnswer(turnId: string | null, onEnd: () => void): Answer {
  const [answer, setAnswer] = useState(nothing)
  // Not a dependency: another function must not begin the reading anew.
  const end = useEffectEvent(onEnd)
  useEffect(() => {
    if (turnId === null) return
    const reading = new AbortController()
    void follow(turnId, reading.signal, setAnswer).then(
      () => end(),
      (error: unknown) => {
        if (reading.signal.aborted) return
        setAnswer(({ parts }) => ({
          parts,
          place: null,
          error: error instanceof Error ? error : new Error(String(error)),
        }))
      },
    )
    return () => {
      reading.abort()
      setAnswer(nothing)
    }
  }, [turnId])
  return answer
}

/** Shows at most one state per frame, however fast events come. */
async function follow(turnId: string, signal: AbortSignal, show: (answer: Answer) => void): Promise<void> {
  let parts: MessagePart[] = []
  let place: number | null = null
  let frame = 0
  const paint = () => {
    frame = 0
    if (!signal.aborted) show({ parts, place, error: null })
  }
  for await (const { event } of streamTurn(portico, { turnId, signal })) {
    parts = addEvent(parts, event)
    place = event.type === 'data-queue' ? event.data.position : null
    if (frame === 0) frame = requestAnimationFrame(paint)
  }
  cancelAnimationFrame(frame)
  paint()
}
