import type { Principal } from '../../identity/principal.ts'
import { hashOf } from '../../lib/hash-of.ts'
import { tokenErrors } from '../errors.ts'
import { lastFourOf, tokenPrefix } from '../format.ts'
import type { ApiToken, NewToken } from '../token.ts'
import type { LifeDependencies } from './life.ts'
import { entryOf } from './record.ts'
import { findToken } from './token-rows.ts'

export async function issue(
  { db, ids, clock, audit, format }: LifeDependencies,
  by: Principal,
  { name, permissions, expiresAt, callbackOrigins }: NewToken,
): Promise<{ token: ApiToken; secret: string }> {
  const now = new Date(clock.now())
  if (expiresAt !== undefined && expiresAt <= now) throw tokenErrors.token_expiry_past()
  if (callbackOrigins?.every(isOrigin) === false) throw tokenErrors.token_origin_invalid()
  const { userId, workspaceId } = by
  const id = ids('tok')
  const secret = format.make()
  return db.transaction().execute(async (tx) => {
    await tx
      .insertInto('api_tokens')
      .values({
        id,
        workspace_id: workspaceId,
        user_id: userId,
        name,
        permissions: [...permissions],
        callback_origins: callbackOrigins === undefined ? null : [...callbackOrigins],
        prefix: tokenPrefix,
        created_at: now,
        expires_at: expiresAt ?? null,
      })
      .execute()
    await tx
      .insertInto('api_token_secrets')
      .values({
        hash: hashOf(secret),
        token_id: id,
        last_four: lastFourOf(secret),
        derivation_key: null,
        created_at: now,
      })
      .execute()
    const token = await findToken(tx, by, id)
    if (token === undefined) throw tokenErrors.token_not_found()
    await audit.record(tx, {
      ...entryOf(by, id, 'issued'),
      detail: { name, permissions: [...permissions], expires_at: expiresAt?.toISOString() ?? null },
    })
    return { token, secret }
  })
}

/** As browsers write it: no path, and no port that the scheme has anyway. */
function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text
}
