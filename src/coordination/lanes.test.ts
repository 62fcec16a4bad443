import { sql } from 'kysely'
import { createLog } from '../lib/log.ts'
import { sleep } from '../lib/sleep.ts'
import { createTestDatabase } from '../testing/database.ts'
import { createLanes } from './lanes-postgres.ts'
import type { Lanes } from './lanes.ts'
import { createSignals } from './signals-postgres.ts'
import { describeLanes } from './testing/lanes-contract.ts'

const log = createLog('silent')

describeLanes('PostgreSQL', async () => {
  const database = await createTestDatabase(20)
  const { db } = database
  const signals = await createSignals({ database, log, sleep })
  const replicas: Lanes[] = []
  return {
    db,
    async replica(options = {}) {
      const lanes = createLanes({
        db,
        signals,
        log,
        sleep,
        replica: `replica-${replicas.length}`,
        ...options,
      })
      replicas.push(lanes)
      return lanes
    },
    async expire(queue) {
      await db
        .updateTable('lanes')
        .set({ run_at: new Date(0) })
        .where('queue', '=', queue)
        .execute()
    },
    async overtake(queue) {
      await sql`update lanes set owner = 'another', fence = next_lane_fence(fence), run_at = now() + interval '1 hour'
        where queue = ${queue}`.execute(db)
    },
    async leaseEnd(queue) {
      const lane = await db
        .selectFrom('lanes')
        .select('run_at')
        .where('queue', '=', queue)
        .executeTakeFirstOrThrow()
      return lane.run_at.getTime()
    },
    async stop() {
      await Promise.all(replicas.map((lanes) => lanes.stop()))
      await signals.stop()
      await database.drop()
    },
  }
})
