import { PorticoError } from './errors.ts'
import type { SequencedEvent, TurnEvent } from './events.ts'
import { readLively } from './lively-stream.ts'

export interface ResumeOptions {
  signal?: AbortSignal | undefined
  /** How long the server may be silent, its 15-second comments included, before we connect again. */
  idleMs?: number | undefined
  /** Waits between attempts; given by tests. */
  wait?: ((ms: number) => Promise<void>) | undefined
}

type Open = (after: number, signal: AbortSignal) => Promise<ReadableStream<Uint8Array> | null | undefined>

/**
 * The events of a turn, each once and in order. `open` connects after a sequence number, and is asked again when a
 * connection is cut. Ends with the turn. Throws PorticoError when the server refuses, the signal's reason when it
 * aborts, and the last failure after ten in a row.
 */
export async function* readResumed(
  open: Open,
  first: number,
  { signal, idleMs, wait = (ms) => pause(ms, signal) }: ResumeOptions,
): AsyncGenerator<SequencedEvent> {
  let after = first
  let failures = 0
  for (;;) {
    let failure: Error | undefined
    try {
      const connect = (connection: AbortSignal) => open(after, connection)
      for await (const { id, type, data } of readLively(connect, { signal, idleMs })) {
        if (data === '[DONE]') return
        if (type !== 'message') continue
        // What the server says beside the turn, such as its place in the queue, has no number of its own.
        after = Math.max(after, Number(id))
        failures = 0
        yield { seq: after, event: JSON.parse(data) as TurnEvent }
      }
    } catch (error) {
      signal?.throwIfAborted()
      if (error instanceof PorticoError && !mayPass(error)) throw error
      failure = error instanceof Error ? error : new Error(String(error))
    }
    failures++
    if (failures > 10) throw failure ?? new Error('The stream of the turn ends again and again.')
    await wait(delayOf(failures, failure))
  }
}

/** Does something that may safely be done twice, again while it fails in ways that pass, at most five times. */
export async function retried<T>(action: () => Promise<T>, { signal, wait }: ResumeOptions): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await action()
    } catch (error) {
      signal?.throwIfAborted()
      const failure = error instanceof Error ? error : new Error(String(error))
      if (failures === 5 || (failure instanceof PorticoError && !mayPass(failure))) throw failure
      await (wait ?? ((ms) => pause(ms, signal)))(delayOf(failures, failure))
    }
  }
}

function mayPass(error: PorticoError): boolean {
  return error.status === 408 || error.status === 429 || error.status >= 500
}

/** Milliseconds before the next attempt: at once after the first cut, then longer and longer, up to 10 s. */
function delayOf(failures: number, failure: Error | undefined): number {
  if (failure instanceof PorticoError && failure.retryAfter !== undefined) return failure.retryAfter * 1000
  return failures === 1 ? 0 : Math.min(10_000, 250 * 2 ** failures) * (0.5 + Math.random() / 2)
}

/** Waits; rejects with the signal's reason when it aborts. */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason as Error)
      return
    }
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
