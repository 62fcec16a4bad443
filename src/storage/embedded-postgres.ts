import { constants, existsSync } from 'node:fs'
import { access, mkdir, mkdtemp, realpath, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Log } from '../lib/log.ts'
import { sleep } from '../lib/sleep.ts'
import type { DatabaseAddress } from './database.ts'
import { lockDirectory } from './directory-lock.ts'
import { endOrphan } from './postgres-orphan.ts'
import { handOver, prepareHome, type PostgresHome } from './postgres-home.ts'
import { readPidFile, run, startProcess, type PostgresProcess } from './postgres-process.ts'

export interface EmbeddedPostgres {
  address: Extract<DatabaseAddress, { socketDirectory: string }>
  /** Settles when the server ends, also when nobody asked it to. */
  exited: Promise<void>
  /** Ends the server and gives the directory back. Idempotent. */
  stop(): Promise<void>
}

export interface EmbeddedPostgresOptions {
  /** The data directory of this Portico; the server lives in its subdirectory `postgres`. Made when missing. */
  directory: string
  /** False only where the data is thrown away afterwards (tests): nothing is synced to disk. Default true. */
  durable?: boolean
  log?: Log
}

const port = 5432
const user = 'portico'
// sockaddr_un holds 104 bytes on macOS and 108 on Linux, with the closing zero.
const maxSocketPath = 103

/** Another process has the data directory. */
export class DirectoryHeldError extends Error {
  readonly directory: string

  constructor(directory: string) {
    super(
      `Another Portico is running on ${directory}. To run several, give them one PostgreSQL server by DATABASE_URL; or choose another data_dir.`,
    )
    this.name = 'DirectoryHeldError'
    this.directory = directory
  }
}

/**
 * Starts PostgreSQL from the npm package on a unix socket in a directory that only its account may enter: no
 * network port, no password. Throws with one sentence for the operator when the server does not come up, and
 * DirectoryHeldError when another process has the directory.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  if (process.platform === 'win32')
    throw new Error('There is no embedded database on Windows: set DATABASE_URL to a PostgreSQL server.')
  const directory = await ownDirectory(options.directory)
  const unlock = lockDirectory(directory)
  if (unlock === undefined) throw new DirectoryHeldError(directory)
  try {
    return await start(directory, options, unlock)
  } catch (error) {
    unlock()
    throw error
  }
}

/** For commands beside a running Portico: its server when there is one (which `stop` leaves alone), else one of our own. */
export async function joinEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  try {
    return await startEmbeddedPostgres(options)
  } catch (error) {
    if (!(error instanceof DirectoryHeldError)) throw error
    const file = readPidFile(await realpath(join(error.directory, 'postgres', 'data')))
    if (file?.ready !== true) throw error
    return {
      address: addressAt(file.socketDirectory),
      exited: new Promise(() => undefined),
      stop: async () => undefined,
    }
  }
}

async function ownDirectory(path: string): Promise<string> {
  await mkdir(path, { recursive: true, mode: 0o700 })
  const directory = await realpath(path)
  await access(directory, constants.W_OK | constants.X_OK).catch((cause: unknown) => {
    throw new Error(
      `The data directory ${directory} belongs to another account: start Portico as that account, or choose another data_dir.`,
      { cause },
    )
  })
  return directory
}

function addressAt(socketDirectory: string): EmbeddedPostgres['address'] {
  return { socketDirectory, port, user, database: 'postgres' }
}

async function start(
  directory: string,
  { durable = true, log }: EmbeddedPostgresOptions,
  unlock: () => void,
): Promise<EmbeddedPostgres> {
  const home = await prepareHome(directory, log)
  if (existsSync(home.data)) await endOrphan(home.data, log)
  else await initialise(home, durable)
  const sockets = await socketDirectoryFor(home)
  const server = await startTwice(home, settings(sockets, durable))
  let stopping: Promise<void> | undefined
  const stop = async () => {
    await server.stop()
    if (sockets !== home.data) await rm(sockets, { recursive: true, force: true })
    unlock()
  }
  return {
    address: addressAt(sockets),
    exited: server.exited,
    stop: () => (stopping ??= stop()),
  }
}

/** Makes the data directory under another name first, so that a start that is cut short leaves nothing half made. */
async function initialise(home: PostgresHome, durable: boolean): Promise<void> {
  const unfinished = `${home.data}.new`
  await rm(unfinished, { recursive: true, force: true, maxRetries: 10 })
  await mkdir(unfinished, { mode: 0o700 })
  await handOver(unfinished, home.account)
  const args = ['--username', user, '--auth', 'trust', '--encoding', 'UTF8', '--no-instructions']
  args.push('--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8', '--locale', 'C')
  if (!durable) args.push('--no-sync')
  await run({ ...home, data: unfinished }, home.binaries.initdb, [...args, '--pgdata', unfinished])
  await rename(unfinished, home.data)
}

async function socketDirectoryFor(home: PostgresHome): Promise<string> {
  if (Buffer.byteLength(join(home.data, `.s.PGSQL.${port}`)) <= maxSocketPath) return home.data
  const short = await mkdtemp(join(tmpdir(), 'portico-'))
  await handOver(short, home.account)
  return short
}

/** After a crash the kernel may hold the old server's memory for a moment, and the first start fails. */
async function startTwice(home: PostgresHome, args: string[]): Promise<PostgresProcess> {
  try {
    return await startProcess(home, args)
  } catch {
    await sleep(500)
    return await startProcess(home, args)
  }
}

/** For a small machine: a few hundred megabytes are enough for everything, Node included. */
function settings(socketDirectory: string, durable: boolean): string[] {
  const values = {
    listen_addresses: '',
    port,
    unix_socket_directories: socketDirectory,
    unix_socket_permissions: '0700',
    max_connections: 60,
    shared_buffers: '64MB',
    io_method: 'sync',
    max_parallel_workers_per_gather: 0,
    wal_level: 'minimal',
    max_wal_senders: 0,
    max_wal_size: '512MB',
    log_min_messages: 'warning',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  }
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}
