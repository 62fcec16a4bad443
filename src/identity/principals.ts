import { sql, type RawBuilder } from 'kysely'
import type { Db } from '../storage/database.ts'
import { identityErrors } from './errors.ts'
import type { Principal } from './principal.ts'

interface PrincipalRow {
  id: string
  name: string
  email: string
  role: string
  is_banned: boolean
  workspace_id: string | null
}

/** Addresses of people who have none; never shown. RFC 2606 reserves the domain. */
export function placeholderEmail(userId: string): string {
  return `${userId}@users.invalid`
}

/** Null for a placeholder. */
export function emailOf(email: string): string | null {
  return email.endsWith('@users.invalid') ? null : email
}

/**
 * The user that `source` (a `from` item with a column user_id) points to, as a principal in the workspace they
 * joined first. Undefined when there is none; throws user_banned and no_workspace. One statement, so that a
 * ban, a removal or a revoked session counts from the next request on.
 */
export async function findPrincipal(
  db: Db,
  kind: Principal['kind'],
  source: RawBuilder<unknown>,
  now: number,
): Promise<Principal | undefined> {
  const at = new Date(now)
  const { rows } = await sql<PrincipalRow>`
    select u.id, u.name, u.email, u.role, w.workspace_id,
      coalesce(u.banned, false) and (u.ban_expires is null or u.ban_expires > ${at}) as is_banned
    from (${source}) as proof
    join users u on u.id = proof.user_id
    left join lateral (
      select m.workspace_id from workspace_members m
      join workspaces on workspaces.id = m.workspace_id and workspaces.disabled_at is null
      where m.user_id = u.id order by m.created_at, m.workspace_id limit 1
    ) w on true`.execute(db)
  const [row] = rows
  if (row === undefined) return undefined
  if (row.is_banned) throw identityErrors.user_banned()
  if (row.workspace_id === null) throw identityErrors.no_workspace()
  return {
    kind,
    userId: row.id,
    name: row.name,
    email: emailOf(row.email),
    role: row.role.split(',').includes('admin') ? 'admin' : 'user',
    workspaceId: row.workspace_id,
  }
}
