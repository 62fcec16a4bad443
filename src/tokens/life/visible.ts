import { identityErrors } from '../../identity/identity.ts'
import type { Principal } from '../../identity/principal.ts'
import type { Db, Tx } from '../../storage/database.ts'
import { tokenErrors } from '../errors.ts'
import type { ApiToken } from '../token.ts'
import type { LifeDependencies } from './life.ts'
import { findToken, listTokens, listWorkspaceTokens } from './token-rows.ts'

/** The caller's own, or everybody's of their workspace. */
export type Scope = 'mine' | 'workspace'

type Dependencies = Pick<LifeDependencies, 'db' | 'clock'>

export async function listVisible(
  { db, clock }: Dependencies,
  by: Principal,
  scope: Scope,
): Promise<ApiToken[]> {
  if (scope === 'mine') return listTokens(db, by, clock.now())
  if (await administers(db, by)) return listWorkspaceTokens(db, by.workspaceId, clock.now())
  throw identityErrors.workspace_permission_missing({ members: { permission: 'workspace:admin' } })
}

/** One of the caller's own, or of a workspace that they administer. */
export async function findVisible(
  { clock }: Dependencies,
  db: Db | Tx,
  by: Principal,
  id: string,
): Promise<ApiToken> {
  const token = await findToken(db, by, id, clock.now())
  if (token === undefined) throw tokenErrors.token_not_found()
  if (token.userId !== by.userId && !(await administers(db, by))) throw tokenErrors.token_not_found()
  return token
}

/**
 * One of the caller's own that is live, locked until the end of the transaction. A new secret is told to whoever asks
 * for it, so that no administrator gets one of somebody else's.
 */
export async function lockOwnLive(
  { clock }: Dependencies,
  tx: Tx,
  by: Principal,
  id: string,
): Promise<ApiToken> {
  await tx.selectFrom('api_tokens').select('id').where('id', '=', id).forUpdate().execute()
  const token = await findToken(tx, by, id, clock.now())
  if (token?.userId !== by.userId) throw tokenErrors.token_not_found()
  const isExpired = token.expiresAt !== null && token.expiresAt.getTime() <= clock.now()
  if (token.revokedAt !== null || isExpired) throw tokenErrors.token_ended()
  return token
}

async function administers(db: Db | Tx, { role, userId, workspaceId }: Principal): Promise<boolean> {
  if (role === 'admin') return true
  const row = await db
    .selectFrom('workspace_members')
    .select('role')
    .where('workspace_id', '=', workspaceId)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return row?.role === 'admin'
}
