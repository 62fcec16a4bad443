import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { openDatabase, type Database, type DatabaseAddress } from '../storage/database.ts'

export interface TestDatabase extends Database {
  address: DatabaseAddress
  /** Closes the pool and drops the database. */
  drop(): Promise<void>
}

/** A database of its own with the current schema, for one test file. */
export async function createTestDatabase(maxConnections = 10): Promise<TestDatabase> {
  const server = inject('postgres')
  const name = `portico_test_${randomBytes(8).toString('hex')}`
  await runOn(server, `create database ${name} template ${inject('templateDatabase')}`)
  const address = addressOf(server, name)
  const database = openDatabase(address, maxConnections)
  return {
    ...database,
    address,
    async drop() {
      await database.close()
      await runOn(server, `drop database ${name} with (force)`)
    },
  }
}

/** The same server, another database. */
export function addressOf(server: DatabaseAddress, database: string): DatabaseAddress {
  if (!('url' in server)) return { ...server, database }
  const url = new URL(server.url)
  url.pathname = `/${database}`
  return { url: url.href }
}

async function runOn(server: DatabaseAddress, statement: string): Promise<void> {
  const admin = openDatabase(server, 1)
  const client = await admin.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
    await admin.close()
  }
}
