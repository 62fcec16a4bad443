import { sql, type Selectable } from 'kysely'
import type { BotCaller } from '../identity/bot-caller.ts'
import type { Tx } from '../storage/database.ts'
import type { LinkTokensTable } from '../storage/tables/linking.ts'
import { isLinked, type IdentityKey } from './connections.ts'
import { linkingErrors } from './errors.ts'
import { hashOf } from '../lib/hash-of.ts'
import { lockIdentity } from './identity-lock.ts'
import type { LinkingDependencies } from './linking.ts'

/** A token as its bot gets it, once; only its hash is kept. */
export interface IssuedLinkToken {
  token: string
  expiresAt: Date
}

/** Who is to be linked, as their bot says. */
export interface LinkRequest extends IdentityKey {
  /** What people know them by. */
  name: string | null
  /** The account's handle, where the platform has one beside the name. */
  username?: string | null
  /** Where they were spoken to, as the table keeps it. */
  chat: unknown
}

export type LinkTokenRow = Selectable<LinkTokensTable>

/** How many tokens may be made within ten minutes: for one identity, and by one bot key. */
export const maxPerIdentity = 10
export const maxPerKey = 600
export const floodWindowMs = 600_000

const tokenBytes = 32
const tokenShape = /^[\w-]{1,64}$/
const lifetimeMs = 1_800_000
const keptMs = 86_400_000

/** The hash of what may be a token; undefined for what cannot be one. */
export function hashOfToken(token: string): string | undefined {
  return tokenShape.test(token) ? hashOf(token) : undefined
}

/** See `LinkTokens.create`. */
export async function createLinkToken(
  deps: LinkingDependencies,
  bot: BotCaller,
  request: LinkRequest,
): Promise<IssuedLinkToken> {
  return deps.db.transaction().execute(async (tx) => {
    // Before the identity's: whoever holds that one never waits for a key's.
    await lockKey(tx, bot.keyId)
    await refuseFlood(deps, tx, maxPerKey, { bot_key_id: bot.keyId })
    await lockIdentity(tx, request)
    if (await isLinked(tx, request)) throw linkingErrors.identity_linked()
    await refuseFlood(deps, tx, maxPerIdentity, columnsOf(request))
    const { workspaceId, name, keyId } = bot
    return insert(deps, tx, request, { workspaceId, botName: name, botKeyId: keyId, botId: null })
  })
}

/** See `LinkTokens.invite`. */
export async function inviteToLink(
  deps: LinkingDependencies,
  tx: Tx,
  botId: string,
  request: LinkRequest,
): Promise<IssuedLinkToken | undefined> {
  await lockIdentity(tx, request)
  if (await isLinked(tx, request)) return undefined
  if ((await floodOf(deps, tx, maxPerIdentity, columnsOf(request))) !== undefined) return undefined
  const bot = await tx
    .selectFrom('bots')
    .select(['name', 'workspace_id'])
    .where('id', '=', botId)
    .where('removed_at', 'is', null)
    .executeTakeFirst()
  if (bot === undefined) return undefined
  const { name: botName, workspace_id: workspaceId } = bot
  return insert(deps, tx, request, { workspaceId, botName, botKeyId: null, botId })
}

interface Maker {
  workspaceId: string
  botName: string
  botKeyId: string | null
  botId: string | null
}

/** Supersedes the identity's older ones; the caller holds its lock. */
async function insert(
  deps: LinkingDependencies,
  tx: Tx,
  request: LinkRequest,
  maker: Maker,
): Promise<IssuedLinkToken> {
  const now = deps.clock.now()
  const token = Buffer.from(deps.random(tokenBytes)).toString('base64url')
  const expiresAt = new Date(now + lifetimeMs)
  const identity = columnsOf(request)
  await tx
    .updateTable('link_tokens')
    .set({ superseded_at: new Date(now) })
    .where((where) => where.and(identity))
    .where('used_at', 'is', null)
    .where('superseded_at', 'is', null)
    .execute()
  await tx
    .insertInto('link_tokens')
    .values({
      ...identity,
      hash: hashOf(token),
      workspace_id: maker.workspaceId,
      bot_key_id: maker.botKeyId,
      bot_id: maker.botId,
      bot_name: maker.botName,
      external_name: request.name,
      username: request.username ?? null,
      chat: request.chat === null ? null : JSON.stringify(request.chat),
      created_at: new Date(now),
      expires_at: expiresAt,
    })
    .execute()
  await forget(tx, new Date(now - keptMs))
  return { token, expiresAt }
}

/** Drops what ended a day ago; rows that another transaction drops are left to it. */
async function forget(tx: Tx, before: Date): Promise<void> {
  for (const [table, key] of [
    ['link_tokens', 'hash'],
    ['link_approvals', 'id'],
  ] as const)
    await sql`
      delete from ${sql.table(table)} where ${sql.ref(key)} in (
        select ${sql.ref(key)} from ${sql.table(table)} where expires_at < ${before} limit 100 for update skip locked
      )`.execute(tx)
}

type Counted = Partial<Pick<LinkTokenRow, 'channel' | 'tenant_id' | 'external_id' | 'bot_key_id'>>

async function refuseFlood(
  deps: LinkingDependencies,
  ...[tx, max, counted]: [Tx, number, Counted]
): Promise<void> {
  const retryAfter = await floodOf(deps, tx, max, counted)
  if (retryAfter !== undefined) throw linkingErrors.too_many_link_tokens({ retryAfter })
}

/** Seconds until one more may be made; undefined when it may be now. */
async function floodOf(
  { clock }: LinkingDependencies,
  ...[tx, max, counted]: [Tx, number, Counted]
): Promise<number | undefined> {
  const now = clock.now()
  const full = await tx
    .selectFrom('link_tokens')
    .select('created_at')
    .where((where) => where.and(counted))
    .where('created_at', '>', new Date(now - floodWindowMs))
    .orderBy('created_at', 'desc')
    .offset(max - 1)
    .limit(1)
    .executeTakeFirst()
  if (full === undefined) return undefined
  return Math.max(1, Math.ceil((full.created_at.getTime() + floodWindowMs - now) / 1000))
}

async function lockKey(tx: Tx, keyId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`link tokens ${keyId}`}, 0))`.execute(tx)
}

function columnsOf({ channel, tenantId, externalId }: IdentityKey) {
  return { channel, tenant_id: tenantId, external_id: externalId }
}
