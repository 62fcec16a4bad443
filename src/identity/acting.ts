import type { IncomingHttpHeaders } from 'node:http'
import { sql } from 'kysely'
import type { Clock } from '../lib/clock.ts'
import type { Db } from '../storage/database.ts'
import { identityErrors } from './errors.ts'
import type { TokenHolder } from './principal.ts'

/** By which a service says whom it serves. With any other credential than a token it means nothing. */
const ownerHeader = 'x-portico-owner-user-id'

interface OwnerRow {
  id: string
  name: string
  email: string
  is_banned: boolean
  giver_role: string | null
}

/**
 * Whose token it is for this request: its user's, or that of the member of its workspace whom the header names, where
 * the token may act for them. It may as long as its own user administers the server, since nobody else gives that
 * right. One statement, so that a ban or a removal counts from the next request on. Throws `acting_not_permitted`,
 * `owner_not_found` and `user_banned`.
 */
export async function actFor(
  { db, clock }: { db: Db; clock: Clock },
  holder: TokenHolder,
  headers: IncomingHttpHeaders,
): Promise<TokenHolder> {
  const wanted = headers[ownerHeader]
  if (wanted === undefined) return holder
  const refusal = { members: { permission: 'ACT_AS_USER' } }
  if (!holder.permissions.includes('ACT_AS_USER')) throw identityErrors.acting_not_permitted(refusal)
  const at = new Date(clock.now())
  const { rows } = await sql<OwnerRow>`
    select u.id, u.name, u.email, giver.role as giver_role,
      coalesce(u.banned, false) and (u.ban_expires is null or u.ban_expires > ${at}) as is_banned
    from users u
    join workspace_members m on m.user_id = u.id and m.workspace_id = ${holder.workspaceId}
    left join users giver on giver.id = ${holder.user.id}
    where u.id = ${String(wanted)}`.execute(db)
  const [owner] = rows
  if (owner === undefined) throw identityErrors.owner_not_found()
  if (owner.giver_role?.split(',').includes('admin') !== true)
    throw identityErrors.acting_not_permitted(refusal)
  if (owner.is_banned) throw identityErrors.user_banned()
  const { id, name, email } = owner
  return { ...holder, user: { id, name, email } }
}
