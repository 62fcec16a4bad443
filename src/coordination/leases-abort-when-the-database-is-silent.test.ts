import { expect, it } from 'vitest'
import { createLog } from '../lib/log.ts'
import { sleep } from '../lib/sleep.ts'
import { createTestDatabase } from '../testing/database.ts'
import { createLeases } from './leases-postgres.ts'

it('gives a lease up by its own clock while a renewal hangs, before another replica can take it', async () => {
  const database = await createTestDatabase()
  const leases = createLeases({
    db: database.db,
    log: createLog('silent'),
    sleep,
    replica: 'one',
    ttlMs: 3_000,
  })
  const lease = await leases.acquire('bot:1')
  const lost = new Promise<void>((resolve) => lease?.lost.addEventListener('abort', () => resolve()))
  const blocker = await database.connect()
  await blocker.query('begin; select from leases for update')
  await lost
  const { rows } = await blocker.query<{ expired: boolean }>(
    'select expires_at <= clock_timestamp() as expired from leases',
  )
  expect(rows).toEqual([{ expired: false }])
  await blocker.query('rollback')
  await blocker.end()
  await leases.stop()
  await database.drop()
})
