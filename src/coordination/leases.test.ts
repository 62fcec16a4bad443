import { createLog } from '../lib/log.ts'
import { sleep } from '../lib/sleep.ts'
import { createTestDatabase } from '../testing/database.ts'
import { createLeases } from './leases-postgres.ts'
import type { Leases } from './leases.ts'
import { createSignals } from './signals-postgres.ts'
import { describeLeases } from './testing/leases-contract.ts'

const log = createLog('silent')

describeLeases('PostgreSQL', async () => {
  const database = await createTestDatabase()
  const { db } = database
  const signals = await createSignals({ database, log, sleep })
  const replicas: Leases[] = []
  return {
    replica({ frozen = false, ...options } = {}) {
      const held: typeof sleep = (_, signal) =>
        new Promise((_resolve, reject) =>
          signal?.addEventListener('abort', () => reject(new Error('stopped'))),
        )
      const replica = `replica-${replicas.length}`
      const leases = createLeases({ db, log, sleep: frozen ? held : sleep, replica, ...options })
      replicas.push(leases)
      return leases
    },
    async expire(name) {
      await db
        .updateTable('leases')
        .set({ expires_at: new Date(0) })
        .where('name', '=', name)
        .execute()
    },
    async expiry(name) {
      const lease = await db
        .selectFrom('leases')
        .select('expires_at')
        .where('name', '=', name)
        .executeTakeFirstOrThrow()
      return lease.expires_at.getTime()
    },
    nextReleased: () =>
      new Promise((resolve) => {
        const end = signals.on('leases', (name) => {
          end()
          resolve(name)
        })
      }),
    async stop() {
      await Promise.all(replicas.map((leases) => leases.stop()))
      await signals.stop()
      await database.drop()
    },
  }
})
