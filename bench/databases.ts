import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase, type Database, type DatabaseAddress } from '../src/storage/database.ts'
import { startEmbeddedPostgres } from '../src/storage/embedded-postgres.ts'
import { migrate } from '../src/storage/migrate.ts'
import { createLog, type Log } from '../src/lib/log.ts'
import { addressOf } from '../src/testing/database.ts'
import type { Row } from './run.ts'

/** Silent where it is the point of a benchmark that something fails. */
export const log: Log = createLog(process.env['BENCH_LOG'] === 'silent' ? 'silent' : 'warn')

/** A benchmark on a migrated database, with the address for those that start a gateway on it. */
type Run = (database: Database, address: DatabaseAddress) => Promise<Row[]>

/** Runs a benchmark on the embedded PostgreSQL and, with BENCH_DATABASE_URL, on an outside one; fresh databases. */
export async function onEachDatabase(run: Run): Promise<Row[]> {
  const rows: Row[] = []
  const add = (server: string, more: Row[]) => rows.push(...more.map((row) => ({ server, ...row })))
  const directory = await mkdtemp(join(tmpdir(), 'portico-bench-'))
  const embedded = await startEmbeddedPostgres({ directory, log })
  try {
    add('embedded', await onFreshDatabase(embedded.address, run))
  } finally {
    await embedded.stop()
    await rm(directory, { recursive: true, force: true })
  }
  const url = process.env['BENCH_DATABASE_URL']
  if (url !== undefined) add('outside', await onFreshDatabase({ url }, run))
  return rows
}

async function onFreshDatabase(server: DatabaseAddress, run: Run): Promise<Row[]> {
  const name = `portico_bench_${randomBytes(6).toString('hex')}`
  const admin = openDatabase(server, 1)
  const client = await admin.connect()
  await client.query(`create database ${name}`)
  const address = addressOf(server, name)
  const database = openDatabase(address, 20)
  try {
    await migrate(database.db)
    return await run(database, address)
  } finally {
    await database.close()
    await client.query(`drop database ${name} with (force)`)
    await client.end()
    await admin.close()
  }
}

/** The given percentiles, in the unit of the samples, with one decimal. */
export function percentiles(samples: readonly number[], shares: readonly number[]): number[] {
  const sorted = samples.toSorted((a, b) => a - b)
  return shares.map((share) => {
    const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN
    return Math.round(value * 10) / 10
  })
}
