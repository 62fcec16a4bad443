import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { openDatabase, type Database, type DatabaseAddress } from '../storage/database.ts'
import { empty } from './empty-database.ts'

export interface TestDatabase extends Database {
  address: DatabaseAddress
  /** Closes the pool and gives the database back, empty, or drops it. */
  drop(): Promise<void>
}

/** Copies of the template that nobody uses: to empty one takes a tenth of the time of another copy. */
const spare: string[] = []

/** An empty database of its own with the current schema, for one test file or one test. */
export async function createTestDatabase(maxConnections = 10): Promise<TestDatabase> {
  const server = inject('postgres')
  const name = spare.pop() ?? (await copyOfTemplate(server))
  const address = addressOf(server, name)
  const database = openDatabase(address, maxConnections)
  return {
    ...database,
    address,
    async drop() {
      await database.close()
      if (await runOn(address, empty)) spare.push(name)
      else await runOn(server, (client) => client.query(`drop database ${name} with (force)`))
    },
  }
}

/** Global teardown drops by this name what is left at the end. */
async function copyOfTemplate(server: DatabaseAddress): Promise<string> {
  const template = inject('templateDatabase')
  const name = `${template}_${randomBytes(6).toString('hex')}`
  await runOn(server, (client) => client.query(`create database ${name} template ${template}`))
  return name
}

/** The same server, another database. */
export function addressOf(server: DatabaseAddress, database: string): DatabaseAddress {
  if (!('url' in server)) return { ...server, database }
  const url = new URL(server.url)
  url.pathname = `/${database}`
  return { url: url.href }
}

type Client = Awaited<ReturnType<Database['connect']>>

async function runOn<T>(server: DatabaseAddress, act: (client: Client) => Promise<T>): Promise<T> {
  const admin = openDatabase(server, 1)
  const client = await admin.connect()
  try {
    return await act(client)
  } finally {
    await client.end()
    await admin.close()
  }
}
