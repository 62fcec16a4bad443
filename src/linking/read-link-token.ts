import type { BotCaller } from '../identity/bot-caller.ts'
import type { Principal } from '../identity/principal.ts'
import type { Db } from '../storage/database.ts'
import { approvalOfProof } from './approval.ts'
import { linkingErrors } from './errors.ts'
import { hashOfToken, type LinkTokenRow } from './link-token.ts'
import type { LinkingDependencies } from './linking.ts'

/** How a token stands, for the bot that made it. */
export type LinkTokenStatus = { status: 'pending' | 'expired' } | { status: 'linked'; userId: string }

/** Who is being linked, for the person who opened the link. */
export interface LinkTokenInfo {
  channel: string
  externalName: string | null
  botName: string
  madeAt: Date
  expiresAt: Date
  /** Whether this user has a connection on the platform already. */
  isConnected: boolean
}

/** See `LinkTokens.status`. */
export async function readStatus(
  { db, clock }: LinkingDependencies,
  { keyId, workspaceId }: BotCaller,
  token: string,
): Promise<LinkTokenStatus> {
  const row = await db
    .selectFrom('link_tokens as t')
    .leftJoin('connections as c', 'c.id', 't.connection_id')
    .selectAll('t')
    .select(['c.user_id as linkedTo', 'c.status as connectionStatus'])
    .where('t.hash', '=', hashOfToken(token) ?? '')
    .where('t.bot_key_id', '=', keyId)
    .where('t.workspace_id', '=', workspaceId)
    .executeTakeFirst()
  if (row === undefined) throw linkingErrors.link_token_not_found()
  if (row.connectionStatus === 'connected' && row.linkedTo !== null)
    return { status: 'linked', userId: row.linkedTo }
  const now = new Date(clock.now())
  if (row.used_at === null)
    return { status: row.superseded_at === null && row.expires_at > now ? 'pending' : 'expired' }
  const awaits = row.connection_id === null && (await approvalOfProof(db, row.hash, now)) !== undefined
  return { status: awaits ? 'pending' : 'expired' }
}

/** See `LinkTokens.info`. */
export async function readInfo(
  { db, clock }: LinkingDependencies,
  user: Principal,
  token: string,
): Promise<LinkTokenInfo> {
  const row = await findToken(db, user, token)
  const now = new Date(clock.now())
  if (row.used_at !== null) {
    // Their own, that waits for the number: the page may be loaded again.
    const approval = await approvalOfProof(db, row.hash, now)
    if (approval?.user_id !== user.userId) throw linkingErrors.link_token_used()
  } else refuseDead(row, now)
  const own = await db
    .selectFrom('connections')
    .select('id')
    .where('user_id', '=', user.userId)
    .where('channel', '=', row.channel)
    .where('status', '=', 'connected')
    .executeTakeFirst()
  return {
    channel: row.channel,
    externalName: row.external_name,
    botName: row.bot_name,
    madeAt: row.created_at,
    expiresAt: row.expires_at,
    isConnected: own !== undefined,
  }
}

/**
 * The token, where its bot is still there and of the user's workspace, in whichever state. Throws `link_token_not_found`.
 */
export async function findToken(db: Db, { workspaceId }: Principal, token: string): Promise<LinkTokenRow> {
  const row = await db
    .selectFrom('link_tokens as t')
    .leftJoin('bot_keys as k', 'k.id', 't.bot_key_id')
    .leftJoin('bots as b', 'b.id', 't.bot_id')
    .selectAll('t')
    .where('t.hash', '=', hashOfToken(token) ?? '')
    .where('t.workspace_id', '=', workspaceId)
    .where('k.revoked_at', 'is', null)
    .where('b.removed_at', 'is', null)
    .executeTakeFirst()
  if (row === undefined) throw linkingErrors.link_token_not_found()
  return row
}

/** Throws for a token that is superseded or too old. */
export function refuseDead(row: LinkTokenRow, now: Date): void {
  if (row.superseded_at !== null || row.expires_at <= now) throw linkingErrors.link_token_expired()
}
