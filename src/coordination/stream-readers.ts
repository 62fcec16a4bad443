import type { StreamLog } from './stream-log.ts'
import { streamEnd, type StreamEvent } from './streams.ts'

const pageSize = 500
/** A reader that leaves more than this unread goes back to the log, so that it holds no memory. */
const maxQueued = 500
const endData = JSON.stringify(streamEnd)

/** The readers of one stream on this process. */
interface Tail {
  readers: Set<Reader>
  /** The highest sequence number that another replica told of. */
  announced: number
  fetching: boolean
}

/**
 *   behind -> reading (pages of the log until one is short; live events queue meanwhile) -> in step
 *   reading, in step -> behind: a live event leaves a gap, the queue is full, or events may have been missed
 */
class Reader {
  position: number
  state: 'behind' | 'reading' | 'in step' = 'behind'
  #queue: StreamEvent[] = []
  #woken = Promise.withResolvers<undefined>()

  constructor(after: number) {
    this.position = after
  }

  /** The last event that it has or will take from its queue. */
  get told(): number {
    return this.#queue.at(-1)?.seq ?? this.position
  }

  offer(events: readonly StreamEvent[]): void {
    if (this.#queue.length + events.length > maxQueued) {
      this.fallBehind()
      return
    }
    this.#queue.push(...events)
    this.wake()
  }

  fallBehind(): void {
    this.#queue = []
    this.state = 'behind'
    this.wake()
  }

  wake(): void {
    this.#woken.resolve(undefined)
  }

  take(): StreamEvent[] {
    const events = this.#queue
    this.#queue = []
    return events
  }

  /** Resolves when something happened since the last call. */
  async next(): Promise<void> {
    await this.#woken.promise
    this.#woken = Promise.withResolvers()
  }
}

/**
 * All readers of this process. Live events reach those that are in step directly, without a query for each;
 * what other replicas write is fetched once per stream.
 */
export class StreamReaders {
  readonly #log: Pick<StreamLog, 'read'>
  readonly #tails = new Map<string, Tail>()
  readonly #stopping = new AbortController()

  constructor(log: Pick<StreamLog, 'read'>) {
    this.#log = log
  }

  /** Durable events, written by this replica or sent along by another. */
  publish(stream: string, events: readonly StreamEvent[]): void {
    const tail = this.#tails.get(stream)
    for (const reader of tail?.readers ?? []) reader.offer(events)
  }

  /** Another replica wrote events up to `seq`. */
  announce(stream: string, seq: number): void {
    const tail = this.#tails.get(stream)
    if (tail === undefined) return
    tail.announced = Math.max(tail.announced, seq)
    // Those that read the log may just have read past this event's place.
    for (const reader of tail.readers) if (reader.state === 'reading') reader.fallBehind()
    if (!tail.fetching) void this.#fetch(stream, tail)
  }

  /** Announcements may have been missed: every reader looks into the log. */
  lookAgain(): void {
    for (const tail of this.#tails.values()) for (const reader of tail.readers) reader.fallBehind()
  }

  stop(): void {
    this.#stopping.abort()
  }

  async *read(stream: string, after: number, signal: AbortSignal): AsyncGenerator<StreamEvent> {
    const ended = AbortSignal.any([signal, this.#stopping.signal])
    const reader = new Reader(after)
    const tail = this.#join(stream, reader)
    const wake = () => reader.wake()
    ended.addEventListener('abort', wake)
    const isOver = () => ended.aborted
    try {
      if (!(await this.#isOpenBehind(stream, reader))) return
      while (!isOver()) {
        for await (const event of reader.state === 'behind'
          ? this.#catchUp(stream, reader)
          : inStep(reader)) {
          if (isOver()) return
          yield event
          if (event.data === endData) return
        }
        if (reader.state === 'in step') await reader.next()
      }
    } finally {
      ended.removeEventListener('abort', wake)
      this.#leave(stream, tail, reader)
    }
  }

  /**
   * Looks whether the stream ever reached the position that the reader asks for; if not, the reader starts at
   * the beginning. False when the stream ended there, so that nothing can follow.
   */
  async #isOpenBehind(stream: string, reader: Reader): Promise<boolean> {
    if (reader.position <= 0) return true
    const [event] = await this.#log.read(stream, reader.position - 1, 1)
    if (event === undefined) reader.position = 0
    return event?.seq !== reader.position || event.data !== endData
  }

  async *#catchUp(stream: string, reader: Reader): AsyncGenerator<StreamEvent> {
    reader.state = 'reading'
    for (;;) {
      const page = await this.#log.read(stream, reader.position, pageSize)
      for (const event of page) {
        reader.position = event.seq
        yield event
      }
      if (page.length < pageSize) break
    }
    finishReading(reader)
  }

  async #fetch(stream: string, tail: Tail): Promise<void> {
    tail.fetching = true
    try {
      for (;;) {
        const inStep = [...tail.readers].filter((reader) => reader.state === 'in step')
        const told = Math.min(...inStep.map((reader) => reader.told))
        if (tail.announced <= told) break
        const events = await this.#log.read(stream, told, pageSize)
        if (events.length === 0) break
        this.publish(stream, events)
      }
    } catch {
      // Each reader asks for itself, and tells its caller if that fails too.
      for (const reader of tail.readers) reader.fallBehind()
    }
    tail.fetching = false
  }

  #join(stream: string, reader: Reader): Tail {
    const tail = this.#tails.get(stream) ?? {
      readers: new Set<Reader>(),
      announced: 0,
      fetching: false,
    }
    this.#tails.set(stream, tail)
    tail.readers.add(reader)
    return tail
  }

  #leave(stream: string, tail: Tail, reader: Reader): void {
    tail.readers.delete(reader)
    if (tail.readers.size === 0 && this.#tails.get(stream) === tail) this.#tails.delete(stream)
  }
}

/** What is queued, without repetition; a gap sends the reader back to the log. */
function* inStep(reader: Reader): Generator<StreamEvent> {
  for (const event of reader.take()) {
    if (event.seq <= reader.position) continue
    if (event.seq > reader.position + 1) {
      reader.fallBehind()
      return
    }
    reader.position = event.seq
    yield event
  }
}

function finishReading(reader: Reader): void {
  if (reader.state === 'reading') reader.state = 'in step'
}
