import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { TestProject } from 'vitest/node'
import { openDatabase, type DatabaseAddress } from '../storage/database.ts'
import { startEmbeddedPostgres } from '../storage/embedded-postgres.ts'
import { migrate } from '../storage/migrate.ts'
import { addressOf } from './database.ts'
import { schemaOf } from './empty-database.ts'

declare module 'vitest' {
  interface ProvidedContext {
    postgres: DatabaseAddress
    templateDatabase: string
    templateSchema: string
    redisUrl: string | null
  }
}

/**
 * One PostgreSQL for the whole run: the server at TEST_DATABASE_URL, else an embedded one in a temporary
 * directory. Tests use copies of the migrated template database (testing/database.ts).
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const url = process.env['TEST_DATABASE_URL']
  const server = url === undefined ? await embedded() : { address: { url }, stop: async () => undefined }
  const templateName = `portico_template_${randomBytes(6).toString('hex')}`
  const admin = openDatabase(server.address, 1)
  const client = await admin.connect()
  await client.query(`create database ${templateName}`)
  const template = openDatabase(addressOf(server.address, templateName), 2)
  await migrate(template.db)
  const { rows } = await sql<{ schema: string }>`${sql.raw(schemaOf)}`.execute(template.db)
  await template.close()
  project.provide('postgres', server.address)
  project.provide('redisUrl', process.env['TEST_REDIS_URL'] ?? null)
  project.provide('templateDatabase', templateName)
  project.provide('templateSchema', rows[0]?.schema ?? '')
  return async () => {
    const copies = await client.query<{ datname: string }>(
      'select datname from pg_database where starts_with(datname, $1)',
      [templateName],
    )
    for (const { datname } of copies.rows) await client.query(`drop database ${datname} with (force)`)
    await client.end()
    await admin.close()
    await server.stop()
  }
}

async function embedded() {
  const directory = await mkdtemp(join(tmpdir(), 'portico-test-'))
  const server = await startEmbeddedPostgres({ directory, durable: false })
  return {
    address: server.address,
    async stop() {
      await server.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
