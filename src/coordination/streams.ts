/**
 * Event streams: what SSE resumes from. A stream is an append-only log of JSON events with sequence numbers
 * 1, 2, 3 ... given by its single producer. Readers on any replica start after any sequence number, also when
 * the producer is long gone. A producer that takes over leaves out numbers: events of the last moments may be lost
 * together with the machine of the store, and what a reader heard of them must not count as what comes now.
 */
export interface Streams {
  /**
   * Opens a stream for writing. `after` is the highest sequence number it already holds (0 if new): a producer
   * that takes over goes on from there, and the one it replaced is refused with StreamFencedError.
   */
  open(stream: string): Promise<StreamWriter>
  /**
   * Events with a sequence number above `after`, first from the log, then live, without gap or repetition.
   * Ends after the event `streamEnd`, or when the signal aborts. An `after` that the stream never reached reads
   * from its beginning.
   */
  read(stream: string, after: number, signal: AbortSignal): AsyncIterable<StreamEvent>
  /** Deletes events older than the given age, where the store does not do that by itself. */
  clean(olderThanMs: number): Promise<number>
  /** Writes what is queued, then ends all readers. */
  stop(): Promise<void>
}

export interface StreamWriter {
  readonly after: number
  /**
   * Queues an event; it is written with the next group (within about 10 ms) and visible to readers
   * then. After a refusal nothing is queued any more, and `flush` tells why.
   */
  append(data: unknown): void
  /** Resolves when all appended events are written; rejects with StreamFencedError if another producer took over. */
  flush(): Promise<void>
}

export interface StreamEvent {
  seq: number
  /** JSON text. */
  data: string
}

/** The event that ends every stream; readers stop after it. */
export const streamEnd = { type: 'end' } as const

export class StreamFencedError extends Error {
  constructor(stream: string) {
    super(`Another producer has taken over the stream ${stream}.`)
    this.name = 'StreamFencedError'
  }
}
