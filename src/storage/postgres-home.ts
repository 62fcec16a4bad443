import { existsSync } from 'node:fs'
import { chmod, chown, mkdir, mkdtemp, realpath, stat, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log } from '../lib/log.ts'
import { accountForServer, barrierOnTheWay, ownerOf, type Account } from './postgres-account.ts'
import { copyPackage, findPackage, prepareBinaries, type Binaries } from './postgres-binaries.ts'

/** Everything that is known before the server is started. */
export interface PostgresHome {
  binaries: Binaries
  /** PGDATA, which may not exist yet. */
  data: string
  account: Account | undefined
}

/**
 * Finds room for the server below `directory`: `postgres/data`, and beside it the links or copies that its
 * account needs. Where that account cannot enter `directory` (root's home, for one), `postgres` is a link to a
 * directory in `systemDirectory`; nothing but our own directories ever changes its owner or mode.
 */
export async function prepareHome(
  directory: string,
  log: Log | undefined,
  systemDirectory = '/var/lib/portico',
): Promise<PostgresHome> {
  const borrowed = accountForServer()
  const home = await settle(directory, borrowed, systemDirectory, log)
  const data = join(home, 'data')
  const account = borrowed !== undefined && existsSync(data) ? ownerOf(data) : borrowed
  let native = findPackage()
  if (account !== undefined && barrierOnTheWay(join(native, 'bin'), account) !== undefined)
    native = await copyPackage(native, home)
  return { binaries: await prepareBinaries(native, join(home, 'lib')), data, account }
}

async function settle(
  directory: string,
  account: Account | undefined,
  systemDirectory: string,
  log: Log | undefined,
): Promise<string> {
  const place = join(directory, 'postgres')
  if (existsSync(place)) return await realpath(place)
  if (account !== undefined) await chmod(directory, (await stat(directory)).mode | 0o011)
  const barrier = account === undefined ? undefined : barrierOnTheWay(directory, account)
  if (account === undefined || barrier === undefined) {
    await mkdir(place)
  } else {
    await mkdir(systemDirectory, { recursive: true, mode: 0o755 })
    const elsewhere = await mkdtemp(join(systemDirectory, 'postgres-'))
    await chmod(elsewhere, 0o711)
    await symlink(elsewhere, place)
    log?.warn(
      `PostgreSQL does not run as root, and the account lent to it may not enter ${barrier}: the database is kept in ${elsewhere}.`,
    )
  }
  return await realpath(place)
}

/** Hands a directory of ours to the server's account. */
export async function handOver(path: string, account: Account | undefined): Promise<void> {
  if (account !== undefined) await chown(path, account.uid, account.gid)
}
