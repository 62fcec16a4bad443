import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import type { Log } from '../lib/log.ts'
import type { Sleep } from '../lib/sleep.ts'
import type { StreamGroup, StreamLog } from './stream-log.ts'
import { StreamReaders } from './stream-readers.ts'
import { createLoggedStreams } from './streams-logged.ts'
import type { StreamEvent, Streams } from './streams.ts'

export interface RedisStreamsOptions {
  /** Stays the caller's to close; subscriptions get a connection of their own. */
  redis: Redis
  log: Log
  sleep: Sleep
  /** How long a stream is kept after its last event. */
  keepMs?: number
  keyPrefix?: string
}

/** What the scripts below look like on the client. */
interface StreamCommands {
  portico_open_stream(log: string, fence: string, newFence: string, keepMs: number): Promise<[number, number]>
  portico_append(log: string, fence: string, ...args: (string | number)[]): Promise<number>
}

const lastSeq = `
  local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
  local last = newest and tonumber(string.match(newest[1], '^%d+')) or 0`

const openScript = `${lastSeq}
  local known = redis.call('EXISTS', KEYS[2])
  redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
  return { last, known }`

/** ARGV: fence, keepMs, channel, notice, then seq and data of each event. Events that stand already are skipped. */
const appendScript = `
  if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
  ${lastSeq}
  for i = 5, #ARGV, 2 do
    if tonumber(ARGV[i]) > last then redis.call('XADD', KEYS[1], ARGV[i] .. '-0', 'data', ARGV[i + 1]) end
  end
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  redis.call('PEXPIRE', KEYS[2], ARGV[2])
  redis.call('PUBLISH', ARGV[3], ARGV[4])
  return 1`

/**
 * Streams on Redis: a stream key per stream with ids `seq-0`, the fence beside it, both checked and written in
 * one script; the events themselves are published, so that replicas need not read them back.
 */
export function createRedisStreams(options: RedisStreamsOptions): Streams {
  const { redis, log, sleep, keepMs = 7 * 24 * 60 * 60 * 1000, keyPrefix = 'portico' } = options
  const self = randomUUID()
  const channel = `${keyPrefix}:streams`
  const keysOf = (stream: string) =>
    [`${keyPrefix}:stream:{${stream}}`, `${keyPrefix}:stream:{${stream}}:fence`] as const
  const commands = withScripts(redis)

  const store: StreamLog = {
    async open(stream) {
      const fence = randomUUID()
      const [last, known] = await commands.portico_open_stream(...keysOf(stream), fence, keepMs)
      return { fence, last, isNew: known === 0 }
    },
    append: (groups) =>
      Promise.all(
        groups.map(async (group) => {
          const { stream, fence, events } = group
          const rows = events.flatMap((event) => [event.seq, event.data])
          const notice = encodeNotice(self, group)
          return (
            (await commands.portico_append(...keysOf(stream), fence, keepMs, channel, notice, ...rows)) === 1
          )
        }),
      ),
    async read(stream, after, limit) {
      // A reader subscribes before it reads, so that no event falls in between.
      await subscription.isUp()
      const [key] = keysOf(stream)
      const entries = await redis.xrange(key, `(${after}-0`, '+', 'COUNT', limit)
      return entries.map(([id, fields]) => ({ seq: Number.parseInt(id, 10), data: fields[1] ?? '' }))
    },
    // Redis lets streams expire by itself.
    clean: async () => 0,
    async stop() {
      subscription.end()
    },
  }

  const readers = new StreamReaders(store)
  const subscription = subscribe(redis, channel, log, {
    heard: (notice) => {
      const { from, stream, events } = decodeNotice(notice)
      if (from !== self) readers.publish(stream, events)
    },
    reconnected: () => readers.lookAgain(),
  })
  return createLoggedStreams({ log: store, readers, logger: log, sleep })
}

function withScripts(redis: Redis): StreamCommands {
  redis.defineCommand('portico_open_stream', { numberOfKeys: 2, lua: openScript })
  redis.defineCommand('portico_append', { numberOfKeys: 2, lua: appendScript })
  return redis as unknown as StreamCommands
}

/** ioredis connects and subscribes again by itself; the answer to a command of ours tells when it has. */
function subscribe(
  redis: Redis,
  channel: string,
  log: Log,
  on: { heard: (notice: string) => void; reconnected: () => void },
) {
  const subscriber = redis.duplicate({ maxRetriesPerRequest: null, connectionName: channel })
  subscriber.on('error', (error) => log.warn({ err: error }, 'the subscription to Redis has trouble'))
  subscriber.on('message', (_, notice) => on.heard(notice))
  let up = subscriber.subscribe(channel)
  const firstUp = up.catch(() => undefined)
  subscriber.on('ready', () => {
    up = firstUp.then(() => subscriber.subscribe(channel))
    up.then(on.reconnected, () => undefined)
  })
  return { isUp: () => up, end: () => subscriber.disconnect() }
}

function encodeNotice(from: string, { stream, events }: StreamGroup): string {
  return JSON.stringify([from, stream, events.map(({ seq, data }) => [seq, data])])
}

function decodeNotice(notice: string): { from: string; stream: string; events: StreamEvent[] } {
  const [from, stream, events] = JSON.parse(notice) as [string, string, [number, string][]]
  return { from, stream, events: events.map(([seq, data]) => ({ seq, data })) }
}
