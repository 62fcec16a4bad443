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
  secrets: SecretRow[]
  uses: string
  refusals: string
}

/** The tokens of a user, newest first. */
export function listTokens(db: Db, owner: Owner): Promise<ApiToken[]> {
  return select(db, sql`t.user_id = ${owner.userId} and t.workspace_id = ${owner.workspaceId}`)
}

/** Those of everybody in a workspace, newest first. */
export function listWorkspaceTokens(db: Db, workspaceId: string): Promise<ApiToken[]> {
  return select(db, sql`t.workspace_id = ${workspaceId}`)
}

/** In the owner's workspace, whosever it is there. */
export async function findToken(
  db: Db | Tx,
  { workspaceId }: Pick<Owner, 'workspaceId'>,
  id: string,
): Promise<ApiToken | undefined> {
  const [token] = await select(db, sql`t.id = ${id} and t.workspace_id = ${workspaceId}`)
  return token
}

async function select(db: Db | Tx, which: RawBuilder<unknown>): Promise<ApiToken[]> {
  const { rows } = await sql<TokenRow>`
    select t.id, t.user_id as "userId", t.name, t.type, t.environment, t.agent, t.permissions, t.enabled, t.limits,
      t.credits, t.addresses, t.metadata, t.imported, t.prefix, t.callback_origins as "callbackOrigins",
      t.created_at as "createdAt", t.expires_at as "expiresAt", t.revoked_at as "revokedAt",
      coalesce(u.uses, 0) as uses, coalesce(u.refusals, 0) as refusals,
      (select jsonb_agg(jsonb_build_object('lastFour', s.last_four, 'createdAt', s.created_at,
          'endsAt', s.ends_at, 'lastUsedAt', s.last_used_at) order by s.created_at desc, s.hash)
        from api_token_secrets s where s.token_id = t.id) as secrets
    from api_tokens t left join api_token_uses u on u.token_id = t.id
    where ${which} order by t.created_at desc, t.id desc`.execute(db)
  return rows.map(tokenOf)
}

function tokenOf({ secrets, uses, refusals, ...row }: TokenRow): ApiToken {
  const dated = secrets.map(({ lastFour, createdAt, endsAt, lastUsedAt }) => ({
    lastFour,
    createdAt: new Date(createdAt),
    endsAt: dateOf(endsAt),
    lastUsedAt: dateOf(lastUsedAt),
  }))
  const used = dated.flatMap(({ lastUsedAt }) => (lastUsedAt === null ? [] : [lastUsedAt.getTime()]))
  return {
    ...row,
    secrets: dated,
    lastFour: dated[0]?.lastFour ?? '',
    lastUsedAt: used.length === 0 ? null : new Date(Math.max(...used)),
    uses: Number(uses),
    refusals: Number(refusals),
  }
}

function dateOf(text: string | null): Date | null {
  return text === null ? null : new Date(text)
}
