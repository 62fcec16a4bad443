import { sql } from 'kysely'
import type { TokenHolder } from '../identity/principal.ts'
import type { Db } from '../storage/database.ts'

interface HolderRow extends Omit<TokenHolder, 'user'> {
  userId: string
  userName: string
  email: string
}

/** One statement, so that a ban, a removal or a revocation counts from the next request on. */
export async function findHolder(db: Db, hash: string, now: Date): Promise<TokenHolder | undefined> {
  const { rows } = await sql<HolderRow>`
    select t.id, t.name, t.permissions, t.callback_origins as "callbackOrigins", t.workspace_id as "workspaceId",
      u.id as "userId", u.name as "userName", u.email
    from api_token_secrets s
    join api_tokens t on t.id = s.token_id
    join users u on u.id = t.user_id
      and not (coalesce(u.banned, false) and (u.ban_expires is null or u.ban_expires > ${now}))
    join workspaces w on w.id = t.workspace_id and w.disabled_at is null
    join workspace_members m on m.workspace_id = t.workspace_id and m.user_id = t.user_id
    where s.hash = ${hash} and t.revoked_at is null and t.enabled
      and (s.ends_at is null or s.ends_at > ${now}) and (t.expires_at is null or t.expires_at > ${now})`.execute(
    db,
  )
  if (rows[0] === undefined) return undefined
  const { userId, userName, email, ...token } = rows[0]
  return { ...token, user: { id: userId, name: userName, email } }
}
