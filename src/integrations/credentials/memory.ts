import { sql } from 'kysely'
import type { Clock } from '../../lib/clock.ts'
import type { Signals } from '../../coordination/signals.ts'
import { identityErrors } from '../../identity/identity.ts'
import type { Db } from '../../storage/database.ts'
import type { CredentialRow } from './credential-row.ts'
import type { Owner } from './credential.ts'

/**
 * The credentials of a user at a provider, as sealed rows, newest first. They are kept until anything changes that could
 * matter (the database tells: signal `credentials`), at most for a minute, and not at all while nobody could tell us.
 * What was being read when something changed is given to those who asked before and to nobody else.
 */
export interface Memory {
  /** Throws `user_banned`, and `no_workspace` for who is no member of the workspace, or where it is disabled. */
  read(owner: Owner, provider: string): Promise<readonly CredentialRow[]>
  forget(userId: string): void
  stop(): void
}

interface Kept {
  rows: Promise<readonly CredentialRow[]>
  until: number
}

interface MemoryDependencies {
  db: Db
  clock: Clock
  signals: Signals
}

const keptMs = 60_000
const mostUsers = 10_000

export function createMemory({ db, clock, signals }: MemoryDependencies): Memory {
  const byUser = new Map<string, Map<string, Kept>>()
  const forget = (userId: string) => (userId === '*' ? byUser.clear() : void byUser.delete(userId))
  const ends = [signals.on('credentials', forget), signals.onReconnected(() => byUser.clear())]

  const keep = (userId: string, key: string, kept: Kept) => {
    const [oldest] = byUser.keys()
    if (byUser.size >= mostUsers && oldest !== undefined) byUser.delete(oldest)
    const ofUser = byUser.get(userId) ?? new Map<string, Kept>()
    byUser.set(userId, ofUser.set(key, kept))
    const drop = () => {
      if (ofUser.get(key) === kept) ofUser.delete(key)
    }
    // Heard of nothing while it was read is worth something only if we could hear.
    void kept.rows.then(() => signals.connected || drop(), drop)
  }

  return {
    read(owner, provider) {
      const { workspaceId, userId } = owner
      const key = `${workspaceId} ${provider}`
      const kept = signals.connected ? byUser.get(userId)?.get(key) : undefined
      const now = clock.now()
      if (kept !== undefined && now < kept.until) return kept.rows
      const rows = load(db, owner, provider, now)
      if (signals.connected) keep(userId, key, { rows, until: now + keptMs })
      return rows
    },
    forget,
    stop() {
      for (const end of ends) end()
    },
  }
}

type Loaded = CredentialRow & { is_banned: boolean; is_member: boolean }

/** One statement, so that a ban or a removal counts together with what it is about. */
async function load(
  db: Db,
  { workspaceId, userId }: Owner,
  provider: string,
  now: number,
): Promise<readonly CredentialRow[]> {
  const { rows } = await sql<Loaded>`
    select c.*, m.user_id is not null as is_member,
      coalesce(u.banned, false) and (u.ban_expires is null or u.ban_expires > ${new Date(now)}) as is_banned
    from users u
    left join (workspace_members m join workspaces w on w.id = m.workspace_id and w.disabled_at is null)
      on m.user_id = u.id and m.workspace_id = ${workspaceId}
    left join credentials c
      on c.user_id = u.id and c.workspace_id = m.workspace_id and c.provider = ${provider}
    where u.id = ${userId}
    order by c.created_at desc, c.id desc`.execute(db)
  const [first] = rows
  if (first?.is_banned === true) throw identityErrors.user_banned()
  if (first?.is_member !== true) throw identityErrors.no_workspace()
  // A left join without a match is one row of nulls.
  return (first.id as string | null) === null ? [] : rows
}
