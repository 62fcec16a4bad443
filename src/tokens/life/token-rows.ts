import { sql, type RawBuilder } from 'kysely'
import type { Principal } from '../../identity/principal.ts'
import type { Db, Tx } from '../../storage/database.ts'
import type { ApiToken, Credits, RateLimit } from '../token.ts'

type Owner = Pick<Principal, 'userId' | 'workspaceId'>

interface SecretRow {
  lastFour: string
  createdAt: string
  endsAt: string | null
  lastUsedAt: string | null
}

type TokenRow = Omit<ApiToken, 'secrets' | 'lastFour' | 'lastUsedAt' | 'uses' | 'refusals'> & {
  limits: RateLimit[]
  credits: Credits | null
  /** Null for none, which no token has. */
  secrets: SecretRow[] | null
  uses: string
  refusals: string
}

/** The tokens of a user, newest first. */
export function listTokens(db: Db, owner: Owner, now: number): Promise<ApiToken[]> {
  return select(db, sql`t.user_id = ${owner.userId} and t.workspace_id = ${owner.workspaceId}`, now)
}

/** Those of everybody in a workspace, newest first. */
export function listWorkspaceTokens(db: Db, workspaceId: string, now: number): Promise<ApiToken[]> {
  return select(db, sql`t.workspace_id = ${workspaceId}`, now)
}

/** In the owner's workspace, whosever it is there. */
export async function findToken(
  db: Db | Tx,
  owner: Pick<Owner, 'workspaceId'>,
  id: string,
  now: number,
): Promise<ApiToken | undefined> {
  const [token] = await findTokens(db, owner, [id], now)
  return token
}

/** The same of several, in the order of the ids. */
export async function findTokens(
  db: Db | Tx,
  { workspaceId }: Pick<Owner, 'workspaceId'>,
  ids: readonly string[],
  now: number,
): Promise<ApiToken[]> {
  const found = await select(db, sql`t.id = any(${ids}::text[]) and t.workspace_id = ${workspaceId}`, now)
  const byId = new Map(found.map((token) => [token.id, token]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}

async function select(db: Db | Tx, which: RawBuilder<unknown>, now: number): Promise<ApiToken[]> {
  const { rows } = await sql<TokenRow>`
    select t.id, t.user_id as "userId", t.name, t.type, t.environment, t.agent, t.permissions, t.enabled, t.limits,
      t.credits, t.addresses, t.metadata, t.imported, t.prefix, t.callback_origins as "callbackOrigins",
      t.created_at as "createdAt", t.expires_at as "expiresAt", t.revoked_at as "revokedAt",
      coalesce(u.uses, 0) as uses, coalesce(u.refusals, 0) as refusals,
      (select jsonb_agg(jsonb_build_object('lastFour', s.last_four, 'createdAt', s.created_at,
          'endsAt', s.ends_at, 'lastUsedAt', s.last_used_at)
          order by s.created_at desc, s.ends_at desc nulls first, s.hash)
        from api_token_secrets s where s.token_id = t.id) as secrets
    from api_tokens t left join api_token_uses u on u.token_id = t.id
    where ${which} order by t.created_at desc, t.id desc`.execute(db)
  return rows.map((row) => tokenOf(row, now))
}

function tokenOf({ secrets, uses, refusals, ...row }: TokenRow, now: number): ApiToken {
  const dated = (secrets ?? []).map(({ lastFour, createdAt, endsAt, lastUsedAt }) => ({
    lastFour,
    createdAt: new Date(createdAt),
    endsAt: dateOf(endsAt),
    lastUsedAt: dateOf(lastUsedAt),
  }))
  const used = dated.flatMap(({ lastUsedAt }) => (lastUsedAt === null ? [] : [lastUsedAt.getTime()]))
  const isLive = row.revokedAt === null && isAhead(row.expiresAt, now)
  return {
    ...row,
    secrets: isLive ? dated.filter(({ endsAt }) => isAhead(endsAt, now)) : dated,
    lastFour: dated[0]?.lastFour ?? '',
    lastUsedAt: used.length === 0 ? null : new Date(Math.max(...used)),
    uses: Number(uses),
    refusals: Number(refusals),
  }
}

function isAhead(end: Date | null, now: number): boolean {
  return end === null || end.getTime() > now
}

function dateOf(text: string | null): Date | null {
  return text === null ? null : new Date(text)
}
