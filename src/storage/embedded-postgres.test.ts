import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, cp, lstat, mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase } from './database.ts'
import { startEmbeddedPostgres } from './embedded-postgres.ts'
import { barrierOnTheWay } from './postgres-account.ts'
import { findPackage, prepareBinaries } from './postgres-binaries.ts'
import { prepareHome } from './postgres-home.ts'

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portico-test-'))
  await chmod(directory, 0o711)
})
afterEach(() => rm(directory, { recursive: true }))

describe('the embedded server', () => {
  it('is durable, takes no network connection, and shows its directory to its own account only', async () => {
    const server = await startEmbeddedPostgres({ directory })
    const database = openDatabase(server.address, 1)
    const { rows } = await sql`
      select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
        current_setting('listen_addresses') as addresses, current_setting('server_encoding') as encoding`.execute(
      database.db,
    )
    expect(rows).toEqual([{ fsync: 'on', commit: 'on', addresses: '', encoding: 'UTF8' }])
    const data = await stat(join(directory, 'postgres', 'data'))
    expect(data.mode & 0o777).toBe(0o700)
    expect(data.uid).not.toBe(0)
    await database.close()
    await server.stop()
    await server.stop()
    expect(existsSync(join(directory, 'postgres', 'data', 'postmaster.pid'))).toBe(false)
  })

  it('puts its socket elsewhere when the path is too long for one, and cleans up', async () => {
    const long = join(directory, 'x'.repeat(90))
    const server = await startEmbeddedPostgres({ directory: long, durable: false })
    expect(server.address.socketDirectory.startsWith(long)).toBe(false)
    const database = openDatabase(server.address, 1)
    await expect(sql`select 1`.execute(database.db)).resolves.toBeDefined()
    await database.close()
    await server.stop()
    expect(existsSync(server.address.socketDirectory)).toBe(false)
  })

  it('says what PostgreSQL said when it does not start', async () => {
    const server = await startEmbeddedPostgres({ directory, durable: false })
    await server.stop()
    await rm(join(directory, 'postgres', 'data', 'PG_VERSION'))
    await expect(startEmbeddedPostgres({ directory, durable: false })).rejects.toThrow(
      /PostgreSQL did not start.*not a valid data directory/s,
    )
  })
})

describe('its home', () => {
  it('is a place that the account of the server can enter, even below a closed directory', async () => {
    const system = join(directory, 'system')
    await mkdir(system)
    const closed = join(directory, 'closed', 'data')
    await mkdir(closed, { recursive: true, mode: 0o700 })
    await mkdir(join(directory, 'closed', 'beside'))
    const before = (await stat(join(directory, 'closed'))).mode

    const { data, account, binaries } = await prepareHome(closed, undefined, system)
    expect(account && barrierOnTheWay(dirname(data), account)).toBeUndefined()
    expect(existsSync(binaries.postgres)).toBe(true)
    expect((await stat(join(directory, 'closed'))).mode).toBe(before)
  })
})

describe('the libraries of the package', () => {
  it('are linked by us where its install script did not run', async () => {
    const native = join(directory, 'native')
    await cp(findPackage(), native, {
      recursive: true,
      filter: async (source) => !(await lstat(source)).isSymbolicLink() && !source.endsWith('/share'),
    })
    const program = join(native, 'bin', 'postgres')
    expect(() => execFileSync(program, ['--version'], { stdio: 'ignore' })).toThrow()

    const binaries = await prepareBinaries(native, join(directory, 'links'))
    const version = execFileSync(program, ['--version'], { env: binaries.environment, encoding: 'utf8' })
    expect(version).toContain('(PostgreSQL) 18')
  })
})
