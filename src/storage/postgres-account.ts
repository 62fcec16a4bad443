import { readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** The numbers under which the server runs; undefined means: as we do. */
export interface Account {
  uid: number
  gid: number
}

/** PostgreSQL refuses to run as root, so root lends it an account that every system has. */
export function accountForServer(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n')
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(':') ?? []
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) }
  }
  throw new Error(
    'PostgreSQL does not run as root, and this system has neither an account "postgres" nor "nobody" to lend it. Start Portico as an ordinary user, or set DATABASE_URL.',
  )
}

/** The account that owns an existing data directory, which may differ from the one we would choose today. */
export function ownerOf(path: string): Account {
  const { uid, gid } = statSync(path)
  return { uid, gid }
}

/** The first directory on the way to `path`, itself included, that the account may not enter. */
export function barrierOnTheWay(path: string, account: Account): string | undefined {
  const parent = dirname(path)
  const above = parent === path ? undefined : barrierOnTheWay(parent, account)
  return above ?? (mayEnter(path, account) ? undefined : path)
}

function mayEnter(path: string, { uid, gid }: Account): boolean {
  const stat = statSync(path)
  const bit = stat.uid === uid ? 0o100 : stat.gid === gid ? 0o010 : 0o001
  return (stat.mode & bit) !== 0
}
