import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { expect, inject, it } from 'vitest'
import { createLog } from '../lib/log.ts'
import { sleep } from '../lib/sleep.ts'
import { createRedisStreams } from './streams-redis.ts'
import { describeStreams } from './testing/streams-contract.ts'

const log = createLog('silent')
const redisUrl = inject('redisUrl')

if (redisUrl !== null) {
  describeStreams('Redis', async () => {
    const redis = new Redis(redisUrl)
    const keyPrefix = `portico-test-${randomUUID()}`
    const options = { redis, log, sleep, keyPrefix, keepMs: 60_000 }
    const here = createRedisStreams(options)
    const there = createRedisStreams(options)
    return {
      here,
      there,
      async disconnect() {
        const clients = String(await redis.call('CLIENT', 'LIST')).split('\n')
        for (const client of clients.filter((line) => line.includes(`name=${keyPrefix}:`)))
          await redis.client('KILL', 'ID', /id=(\d+)/.exec(client)?.[1] ?? '')
      },
      async stop() {
        await Promise.all([here.stop(), there.stop()])
        redis.disconnect()
      },
    }
  })
}

it('waits for Redis instead of failing when it is not there yet', async () => {
  const redis = new Redis({ port: 1, lazyConnect: true, retryStrategy: () => 50 })
  redis.on('error', () => undefined)
  const streams = createRedisStreams({ redis, log, sleep })
  await streams.stop()
  redis.disconnect()
  expect(redis.status).not.toBe('ready')
})
