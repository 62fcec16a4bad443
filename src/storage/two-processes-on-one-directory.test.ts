import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from './database.ts'
import { joinEmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts'
import { holdDirectory, type Holder } from './testing/holder.ts'

describe('while another process has the data directory', () => {
  let directory: string
  let holder: Holder

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'portico-test-'))
    holder = await holdDirectory(directory)
  })

  afterAll(async () => {
    await holder.kill()
    const server = await startEmbeddedPostgres({ directory, durable: false })
    await server.stop()
    await rm(directory, { recursive: true })
  })

  it('a start is refused with the way out', async () => {
    await expect(startEmbeddedPostgres({ directory })).rejects.toThrow(/Another Portico .* DATABASE_URL/)
  })

  it('a command borrows its server and leaves it running', async () => {
    const borrowed = await joinEmbeddedPostgres({ directory })
    expect(borrowed.address).toEqual(holder.address)
    await borrowed.stop()
    const database = openDatabase(holder.address, 1)
    await expect(sql`select 1`.execute(database.db)).resolves.toBeDefined()
    await database.close()
  })
})
