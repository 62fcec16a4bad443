import type { Log } from '../lib/log.ts'
import type { Sleep } from '../lib/sleep.ts'
import type { Db } from '../storage/database.ts'
import type { Signals } from './signals.ts'
import { createPostgresStreams } from './streams-postgres.ts'
import type { Streams } from './streams.ts'

export interface StreamsOptions {
  db: Db
  signals: Signals
  log: Log
  sleep: Sleep
  /** Undefined: PostgreSQL keeps the streams. */
  redisUrl: string | undefined
}

/** Streams on Redis where there is one, else on PostgreSQL. The Redis client is loaded only when it is needed. */
export async function openStreams({ db, signals, log, sleep, redisUrl }: StreamsOptions): Promise<Streams> {
  if (redisUrl === undefined) return createPostgresStreams({ db, signals, log, sleep })
  const [{ Redis }, { createRedisStreams }] = await Promise.all([
    import('ioredis'),
    import('./streams-redis.ts'),
  ])
  const redis = new Redis(redisUrl)
  redis.on('error', (error) => log.warn({ err: error }, 'the connection to Redis is down'))
  const streams = createRedisStreams({ redis, log, sleep })
  return {
    ...streams,
    async stop() {
      await streams.stop()
      redis.disconnect()
    },
  }
}
