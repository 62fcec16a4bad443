import type { Log } from '../lib/log.ts'
import type { Sleep } from '../lib/sleep.ts'
import type { StreamGroup, StreamLog } from './stream-log.ts'
import { StreamFencedError, type StreamEvent, type StreamWriter } from './streams.ts'

const betweenWritesMs = 10
const retryMs = 100
const maxRetries = 100
const maxEventsAtOnce = 2_000
/** More than can be written in the moments before a crash of the store. */
const leftOut = 10_000

interface Producer {
  stream: string
  fence: string
  /** The last sequence number given, and the last one that is written. */
  given: number
  written: number
  queued: StreamEvent[]
  failure: Error | undefined
  waiting: { seq: number; resolve: () => void; reject: (error: Error) => void }[]
}

/**
 * All producers of this process write together: at once after a pause, at most every 10 ms under load.
 * A write that fails is repeated for about ten seconds, then its producers fail and their owners start over.
 */
export class StreamProducers {
  readonly #log: StreamLog
  readonly #logger: Log
  readonly #sleep: Sleep
  readonly #written: (group: StreamGroup) => void
  readonly #queued = new Set<Producer>()
  #running: Promise<void> | undefined
  #lastWriteAt = -Infinity

  constructor(deps: { log: StreamLog; logger: Log; sleep: Sleep; written: (group: StreamGroup) => void }) {
    this.#log = deps.log
    this.#logger = deps.logger
    this.#sleep = deps.sleep
    this.#written = deps.written
  }

  async open(stream: string): Promise<StreamWriter> {
    const { fence, last, isNew } = await this.#log.open(stream)
    const given = isNew ? last : last + leftOut
    const producer: Producer = {
      stream,
      fence,
      given,
      written: given,
      queued: [],
      failure: undefined,
      waiting: [],
    }
    return {
      after: last,
      append: (data) => this.#append(producer, JSON.stringify(data)),
      flush: () => flush(producer),
    }
  }

  /** Resolves when nothing is queued. */
  async drain(): Promise<void> {
    while (this.#running !== undefined) await this.#running
  }

  #append(producer: Producer, data: string): void {
    if (producer.failure !== undefined) return
    producer.queued.push({ seq: ++producer.given, data })
    this.#queued.add(producer)
    this.#running ??= this.#write()
  }

  async #write(): Promise<void> {
    // What one packet of an agent's server says goes together: an event may come some promises after the other.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#queued.size > 0) {
      const pauseMs = Math.ceil(this.#lastWriteAt + betweenWritesMs - performance.now())
      if (pauseMs > 0) await this.#sleep(pauseMs)
      this.#lastWriteAt = performance.now()
      const producers = this.#take()
      const groups = producers.map(({ producer, events }) => ({
        stream: producer.stream,
        fence: producer.fence,
        events,
      }))
      try {
        const accepted = await this.#persist(groups)
        producers.forEach(({ producer }, index) => {
          const group = groups[index]
          if (group !== undefined) this.#settle(producer, group, accepted[index] === true)
        })
      } catch (error) {
        for (const { producer } of producers) this.#fail(producer, asError(error))
      }
    }
    // In the same tick as the last look at the queue, or an append in between would wait for ever.
    this.#running = undefined
  }

  /** Takes queued events, producer by producer, up to a bound per write. */
  #take(): { producer: Producer; events: StreamEvent[] }[] {
    const taken: { producer: Producer; events: StreamEvent[] }[] = []
    let room = maxEventsAtOnce
    for (const producer of this.#queued) {
      if (room <= 0) break
      const events = producer.queued.splice(0, room)
      room -= events.length
      if (producer.queued.length === 0) this.#queued.delete(producer)
      taken.push({ producer, events })
    }
    return taken
  }

  async #persist(groups: StreamGroup[]): Promise<boolean[]> {
    for (let retries = 0; ; retries++) {
      try {
        return await this.#log.append(groups)
      } catch (error) {
        if (retries === 0) this.#logger.warn({ err: error }, 'could not write events')
        if (retries >= maxRetries) throw error
        await this.#sleep(retryMs)
      }
    }
  }

  #settle(producer: Producer, group: StreamGroup, accepted: boolean): void {
    if (!accepted) {
      this.#fail(producer, new StreamFencedError(producer.stream))
      return
    }
    producer.written = group.events.at(-1)?.seq ?? producer.written
    this.#written(group)
    const [done, waiting] = [
      producer.waiting.filter(({ seq }) => seq <= producer.written),
      producer.waiting.filter(({ seq }) => seq > producer.written),
    ]
    producer.waiting = waiting
    for (const { resolve } of done) resolve()
  }

  #fail(producer: Producer, failure: Error): void {
    producer.failure = failure
    producer.queued = []
    this.#queued.delete(producer)
    const waiting = producer.waiting
    producer.waiting = []
    for (const { reject } of waiting) reject(failure)
  }
}

function flush(producer: Producer): Promise<void> {
  if (producer.failure !== undefined) return Promise.reject(producer.failure)
  if (producer.written === producer.given) return Promise.resolve()
  return new Promise((resolve, reject) => {
    producer.waiting.push({ seq: producer.given, resolve, reject })
  })
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('Events could not be written.', { cause: error })
}
