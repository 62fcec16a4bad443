import { sql } from 'kysely'
import type { Principal, TokenHolder } from '../identity/principal.ts'
import type { Db, Tx } from '../storage/database.ts'
import type { ApiToken } from './tokens.ts'

type Owner = Pick<Principal, 'userId' | 'workspaceId'>

interface HolderRow extends Omit<TokenHolder, 'user'> {
  userId: string
  userName: string
  email: string
}

/** The tokens of a user, newest first. */
export function listTokens(db: Db, owner: Owner): Promise<ApiToken[]> {
  return select(db, owner).orderBy('created_at', 'desc').orderBy('id', 'desc').execute()
}

export function findToken(db: Db | Tx, owner: Owner, id: string): Promise<ApiToken | undefined> {
  return select(db, owner).where('id', '=', id).executeTakeFirst()
}

function select(db: Db | Tx, { userId, workspaceId }: Owner) {
  return db
    .selectFrom('api_tokens')
    .select(['id', 'name', 'permissions', 'callback_origins as callbackOrigins', 'prefix'])
    .select(['last_four as lastFour', 'created_at as createdAt', 'expires_at as expiresAt'])
    .select(['revoked_at as revokedAt', 'last_used_at as lastUsedAt'])
    .where('user_id', '=', userId)
    .where('workspace_id', '=', workspaceId)
}

/** One statement, so that a ban, a removal or a revocation counts from the next request on. */
export async function findHolder(db: Db, hash: string, now: Date): Promise<TokenHolder | undefined> {
  const { rows } = await sql<HolderRow>`
    select t.id, t.name, t.permissions, t.callback_origins as "callbackOrigins", t.workspace_id as "workspaceId",
      u.id as "userId", u.name as "userName", u.email
    from api_tokens t
    join users u on u.id = t.user_id
      and not (coalesce(u.banned, false) and (u.ban_expires is null or u.ban_expires > ${now}))
    join workspaces w on w.id = t.workspace_id and w.disabled_at is null
    join workspace_members m on m.workspace_id = t.workspace_id and m.user_id = t.user_id
    where t.hash = ${hash} and t.revoked_at is null and (t.expires_at is null or t.expires_at > ${now})`.execute(
    db,
  )
  if (rows[0] === undefined) return undefined
  const { userId, userName, email, ...token } = rows[0]
  return { ...token, user: { id: userId, name: userName, email } }
}
