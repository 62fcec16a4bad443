import type { Audit } from '../audit/audit.ts'
import type { Principal, TokenHolder } from '../identity/principal.ts'
import type { Clock } from '../lib/clock.ts'
import { hashOf } from '../lib/hash-of.ts'
import type { NewId } from '../lib/ids.ts'
import type { Log } from '../lib/log.ts'
import type { Db, Tx } from '../storage/database.ts'
import { tokenErrors } from './errors.ts'
import { createLastUses } from './last-uses.ts'
import { findHolder } from './find-holder.ts'
import { findToken, listTokens } from './life/token-rows.ts'
import type { ApiToken, NewToken } from './token.ts'
import { createTokenFormat, lastFourOf, tokenPrefix } from './token-format.ts'

export { openCheckKey } from './check-key.ts'
export { permissions, type ApiToken, type NewToken, type Permission } from './token.ts'
export { isToken, tokenPattern } from './token-format.ts'

/**
 * How programs sign in, each in the name of the user who made its token and with a part of that user's rights. Only
 * the hash of a token is stored, and every check asks the database, so that a revoked one is dead on every replica
 * when the call returns.
 *
 *   live -> revoked | expired
 */
export interface Tokens {
  /** The secret is told this once. Throws `token_expiry_past` and `token_origin_invalid`. */
  issue(by: Principal, token: NewToken): Promise<{ token: ApiToken; secret: string }>
  /** Those of the user in their workspace, revoked and expired ones too, newest first. */
  list(by: Principal): Promise<ApiToken[]>
  /** Ends a token at once; ending it again is no error. Throws `token_not_found`, also for another user's. */
  revoke(by: Principal, id: string): Promise<void>
  /**
   * Whose it is; undefined for what is forged, revoked or expired, and while its user is banned or not a member, or
   * its workspace is disabled. What was not made here is refused by its check, without a query.
   */
  verify(secret: string): Promise<TokenHolder | undefined>
  /** Writes down which tokens were used last, and stops. */
  stop(): Promise<void>
}

export interface TokenDependencies {
  db: Db
  ids: NewId
  clock: Clock
  audit: Audit
  log: Log
  /** Of `openCheckKey`. */
  checkKey: string
}

export function createTokens(deps: TokenDependencies): Tokens {
  const { db, clock, checkKey } = deps
  const format = createTokenFormat(checkKey)
  const lastUses = createLastUses(deps)
  return {
    issue: (by, token) => issue(deps, by, token, format.make()),
    list: (by) => listTokens(db, by),
    revoke: (by, id) => db.transaction().execute((tx) => revoke(deps, tx, by, id)),
    async verify(secret) {
      if (!format.isOurs(secret)) return undefined
      const now = new Date(clock.now())
      const holder = await findHolder(db, hashOf(secret), now)
      if (holder !== undefined) lastUses.note(holder.id, now)
      return holder
    },
    stop: () => lastUses.stop(),
  }
}

async function issue(
  { db, ids, clock, audit }: TokenDependencies,
  by: Principal,
  { name, permissions, expiresAt, callbackOrigins }: NewToken,
  secret: string,
): Promise<{ token: ApiToken; secret: string }> {
  const now = new Date(clock.now())
  if (expiresAt !== undefined && expiresAt <= now) throw tokenErrors.token_expiry_past()
  if (callbackOrigins?.every(isOrigin) === false) throw tokenErrors.token_origin_invalid()
  const { userId, workspaceId } = by
  const id = ids('tok')
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
      detail: { name, permissions, expires_at: expiresAt?.toISOString() ?? null },
    })
    return { token, secret }
  })
}

async function revoke({ clock, audit }: TokenDependencies, tx: Tx, by: Principal, id: string): Promise<void> {
  const token = await findToken(tx, by, id)
  if (token?.userId !== by.userId) throw tokenErrors.token_not_found()
  const revoked = await tx
    .updateTable('api_tokens')
    .set({ revoked_at: new Date(clock.now()) })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  if (revoked !== undefined)
    await audit.record(tx, { ...entryOf(by, id, 'revoked'), detail: { name: token.name } })
}

function entryOf({ userId, workspaceId }: Principal, id: string, verb: string) {
  return {
    actor: { kind: 'user' as const, id: userId },
    workspaceId,
    action: `api_token.${verb}`,
    subject: { kind: 'api_token', id },
  }
}

/** As browsers write it: no path, and no port that the scheme has anyway. */
function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text
}
