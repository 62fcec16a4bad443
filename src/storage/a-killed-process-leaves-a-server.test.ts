import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openDatabase, type DatabaseAddress } from './database.ts'
import { startEmbeddedPostgres } from './embedded-postgres.ts'
import { readPidFile, startProcess } from './postgres-process.ts'
import { prepareHome } from './postgres-home.ts'
import { holdDirectory } from './testing/holder.ts'

let directory: string
const pidFile = () => join(directory, 'postgres', 'data', 'postmaster.pid')

beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'portico-test-')))
})
afterEach(() => rm(directory, { recursive: true }))

async function query<T>(address: DatabaseAddress, statement: string): Promise<T[]> {
  const database = openDatabase(address, 1)
  const { rows } = await sql.raw<T>(statement).execute(database.db)
  await database.close()
  return rows
}

describe('when the process is killed', () => {
  it('its server stops, and what was committed is there at the next start', async () => {
    const holder = await holdDirectory(directory)
    await query(holder.address, 'create table kept as select 1 as one')
    await holder.kill()
    await vi.waitFor(() => expect(existsSync(pidFile())).toBe(false), { timeout: 10_000 })

    const server = await startEmbeddedPostgres({ directory, durable: false })
    expect(await query(server.address, 'select one from kept')).toEqual([{ one: 1 }])
    await server.stop()
  })

  it('a server that outlived it is stopped by the next start', async () => {
    await (await startEmbeddedPostgres({ directory, durable: false })).stop()
    const home = await prepareHome(directory, undefined)
    const orphan = await startProcess(home, [
      '-c',
      'listen_addresses=',
      '-c',
      `unix_socket_directories=${home.data}`,
    ])
    const log = { warn: vi.fn() }

    const server = await startEmbeddedPostgres({ directory, durable: false, log: log as never })
    await orphan.exited
    expect(log.warn).toHaveBeenCalledOnce()
    await server.stop()
  })

  it('a pid file whose number now belongs to a stranger does the stranger no harm', async () => {
    await (await startEmbeddedPostgres({ directory, durable: false })).stop()
    const stranger = spawn('sleep', ['60'])
    await writeFile(pidFile(), `${stranger.pid}\n/elsewhere\n0\n5432\n/elsewhere\n\n  1 1\nready   \n`)

    const server = await startEmbeddedPostgres({ directory, durable: false })
    expect(await readFile(pidFile(), 'utf8')).not.toContain('/elsewhere')
    expect(readPidFile(join(directory, 'postgres', 'data'))?.pid).not.toBe(stranger.pid)
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull()
    stranger.kill()
    await server.stop()
  })
})
