import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { createLog } from '../lib/log.ts'
import { sleep } from '../lib/sleep.ts'
import { createTestDatabase } from '../testing/database.ts'
import { createSignals } from './signals-postgres.ts'
import { createPostgresStreams } from './streams-postgres.ts'
import { describeStreams } from './testing/streams-contract.ts'

const log = createLog('silent')

describeStreams('PostgreSQL', async () => {
  const database = await createTestDatabase()
  const { db } = database
  const [signalsHere, signalsThere] = [
    await createSignals({ database, log, sleep }),
    await createSignals({ database, log, sleep }),
  ]
  const here = createPostgresStreams({ db, signals: signalsHere, log, sleep })
  const there = createPostgresStreams({ db, signals: signalsThere, log, sleep })
  return {
    here,
    there,
    async disconnect() {
      await sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and query like 'listen %'`.execute(db)
    },
    async stop() {
      await Promise.all([here.stop(), there.stop()])
      await Promise.all([signalsHere.stop(), signalsThere.stop()])
      await database.drop()
    },
  }
})

it('cleans old events and the streams that are left empty', async () => {
  const database = await createTestDatabase()
  const signals = await createSignals({ database, log, sleep })
  const streams = createPostgresStreams({ db: database.db, signals, log, sleep })
  const writer = await streams.open('turn:old')
  writer.append(1)
  await writer.flush()
  expect(await streams.clean(60_000)).toBe(0)
  expect(await streams.clean(0)).toBe(1)
  expect((await streams.open('turn:old')).after).toBe(0)
  writer.append(2)
  await expect(writer.flush()).rejects.toThrow('Another producer')
  await streams.stop()
  await signals.stop()
  await database.drop()
})
