import { sql, type RawBuilder } from 'kysely'
import type pg from 'pg'
import type { Log } from '../lib/log.ts'
import type { Sleep } from '../lib/sleep.ts'
import type { Database, Db } from '../storage/database.ts'
import { signalTopics, type SignalTopic, type Signals } from './signals.ts'

const maxPayloadBytes = 7_900
const heartbeatMs = 10_000
const heartbeatTimeoutMs = 5_000
const maxBackoffMs = 5_000

/** The call that sends a signal, for statements that send one in passing. */
export function notify(topic: SignalTopic, payload: RawBuilder<string>): RawBuilder<unknown> {
  return sql`pg_notify(${channelOf(topic)}, ${payload})`
}

/** Resolves once LISTEN is up; throws when the database cannot be reached now. Later losses mend themselves. */
export async function createSignals(deps: { database: Database; log: Log; sleep: Sleep }): Promise<Signals> {
  const signals = new PostgresSignals(deps.database, deps.log, deps.sleep)
  await signals.start()
  return signals
}

/**
 *   down -> listening (connect, LISTEN on every topic) -> down (connection ended, or a heartbeat went unanswered)
 *        -> listening again after a backoff; then `reconnected`, because signals sent in between were missed
 */
class PostgresSignals implements Signals {
  readonly #database: Database
  readonly #log: Log
  readonly #sleep: Sleep
  readonly #listeners = new Map<SignalTopic, Set<(payload: string) => void>>()
  readonly #reconnected = new Set<() => void>()
  readonly #stopping = new AbortController()
  #client: pg.Client | undefined
  #running: Promise<void> | undefined

  constructor(database: Database, log: Log, sleep: Sleep) {
    this.#database = database
    this.#log = log
    this.#sleep = sleep
  }

  get connected(): boolean {
    return this.#client !== undefined
  }

  async start(): Promise<void> {
    const ended = await this.#listen()
    this.#running = this.#keepListening(ended)
  }

  async send(db: Db, topic: SignalTopic, payload: string): Promise<void> {
    if (Buffer.byteLength(payload) > maxPayloadBytes)
      throw new RangeError(`A signal carries at most ${maxPayloadBytes} bytes.`)
    await sql`select ${notify(topic, sql.val(payload))}`.execute(db)
  }

  on(topic: SignalTopic, listener: (payload: string) => void): () => void {
    const listeners = this.#listeners.get(topic) ?? new Set()
    this.#listeners.set(topic, listeners)
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }

  onReconnected(listener: () => void): () => void {
    this.#reconnected.add(listener)
    return () => void this.#reconnected.delete(listener)
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#disconnect()
    await this.#running
  }

  async #disconnect(): Promise<void> {
    await this.#client?.end()
  }

  /** Resolves when LISTEN is up, with a promise for the connection's end. */
  async #listen(): Promise<{ ended: Promise<void> }> {
    const client = await this.#database.connect()
    const ended = new Promise<void>((resolve) => client.once('end', resolve))
    client.on('notification', ({ channel, payload }) => {
      const topic = signalTopics.find((candidate) => channelOf(candidate) === channel)
      if (topic !== undefined) this.#tell(this.#listeners.get(topic) ?? [], payload ?? '')
    })
    try {
      await client.query(signalTopics.map((topic) => `listen ${channelOf(topic)}`).join('; '))
    } catch (error) {
      await client.end()
      throw error
    }
    this.#client = client
    if (this.#stopping.signal.aborted) await this.#disconnect()
    void this.#watch(client)
    return { ended }
  }

  async #keepListening(connection: { ended: Promise<void> }): Promise<void> {
    for (let now: typeof connection | undefined = connection; now !== undefined;) {
      await now.ended
      this.#client = undefined
      now = await this.#listenAgain()
    }
  }

  /** Undefined when the signals were stopped. */
  async #listenAgain(): Promise<{ ended: Promise<void> } | undefined> {
    const stopping = this.#stopping.signal
    if (!stopping.aborted) this.#log.warn('lost the connection for signals')
    for (let waitMs = 50; !stopping.aborted; waitMs = Math.min(waitMs * 2, maxBackoffMs)) {
      try {
        await this.#sleep(waitMs, stopping)
        const connection = await this.#listen()
        this.#log.info('the connection for signals is back')
        this.#tell(this.#reconnected, undefined)
        return connection
      } catch (error) {
        this.#log.debug({ err: error }, 'no connection for signals yet')
      }
    }
    return undefined
  }

  /** A peer that vanished without a word is noticed only by asking. */
  async #watch(client: pg.Client): Promise<void> {
    while (this.#client === client) {
      try {
        await this.#sleep(heartbeatMs, this.#stopping.signal)
        const silence = new AbortController()
        await Promise.race([
          client.query('select 1').finally(() => silence.abort()),
          this.#sleep(heartbeatTimeoutMs, silence.signal).then(() => {
            throw new Error('The heartbeat went unanswered.')
          }),
        ])
      } catch {
        if (this.#client === client && !this.#stopping.signal.aborted)
          void client.end().catch(() => undefined)
        return
      }
    }
  }

  #tell<T>(listeners: Iterable<(value: T) => void>, value: T): void {
    for (const listener of listeners) {
      try {
        listener(value)
      } catch (error) {
        this.#log.error({ err: error }, 'a listener for signals failed')
      }
    }
  }
}

function channelOf(topic: SignalTopic): string {
  return `portico_${topic}`
}
