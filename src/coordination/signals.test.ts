import { sql } from 'kysely'
import { createLog } from '../lib/log.ts'
import { sleep } from '../lib/sleep.ts'
import { createTestDatabase } from '../testing/database.ts'
import { createSignals } from './signals-postgres.ts'
import { describeSignals } from './testing/signals-contract.ts'

const log = createLog('silent')

describeSignals('PostgreSQL', async () => {
  const database = await createTestDatabase()
  const here = await createSignals({ database, log, sleep })
  const pids = async () => {
    const { rows } = await sql<{ pid: number }>`
      select pid from pg_stat_activity where datname = current_database() and query like 'listen %'`.execute(
      database.db,
    )
    return rows.map((row) => row.pid)
  }
  const before = await pids()
  const there = await createSignals({ database, log, sleep })
  return {
    db: database.db,
    here,
    there,
    async disconnect() {
      const [pid] = (await pids()).filter((candidate) => !before.includes(candidate))
      await sql`select pg_terminate_backend(${pid}::int)`.execute(database.db)
    },
    async stop() {
      await Promise.all([here.stop(), there.stop()])
      await database.drop()
    },
  }
})
