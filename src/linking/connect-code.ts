import { sql } from 'kysely'
import type { Tx } from '../storage/database.ts'
import { linkingErrors } from './errors.ts'
import { hashOf } from '../lib/hash-of.ts'
import type { LinkingDependencies } from './linking.ts'

/** A code as its user sees it, once; only its hash is kept. */
export interface IssuedCode {
  code: string
  expiresAt: Date
  /** The whole of its life. */
  lifetimeSeconds: number
}

export interface CodeRequest {
  userId: string
  workspaceId: string
  channel: string
  botId?: string
  /** The account on the platform from which alone the code counts. */
  username?: string
}

/** A code as somebody sent it. */
export interface SentCode {
  code: string
  channel: string
  botId: string
  /** The account that sent it, as the platform names it to people. */
  username?: string | undefined
  /** Others could read it. */
  isPublic: boolean
}

/** Whose code it was. */
export interface ClaimedCode {
  userId: string
  workspaceId: string
  /** What names the code and is none. */
  proofHash: string
}

const codeBytes = 16
const codeShape = /^[\w-]{22}$/
const lifetimeMs = 600_000
const maxLive = 5

/** Whether a word looks like a code, whoever made it up. */
export function isConnectCode(word: string): boolean {
  return codeShape.test(word)
}

export async function issueCode(
  { db, clock, random }: Pick<LinkingDependencies, 'db' | 'clock' | 'random'>,
  request: CodeRequest,
): Promise<IssuedCode> {
  const { userId, workspaceId, channel, botId = null, username = null } = request
  const code = Buffer.from(random(codeBytes)).toString('base64url')
  const now = clock.now()
  const expiresAt = new Date(now + lifetimeMs)
  await db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`connect codes ${channel} ${userId}`}, 0))`.execute(
      tx,
    )
    await makeRoom(tx, userId, channel, now)
    await tx
      .insertInto('connect_codes')
      .values({
        hash: hashOf(code),
        user_id: userId,
        workspace_id: workspaceId,
        channel,
        bot_id: botId,
        username,
        expires_at: expiresAt,
        created_at: new Date(now),
      })
      .execute()
  })
  return { code, expiresAt, lifetimeSeconds: lifetimeMs / 1000 }
}

/** Clears what expired away and counts the rest; the caller holds the lock of this user and channel. */
async function makeRoom(tx: Tx, userId: string, channel: string, now: number): Promise<void> {
  await tx
    .deleteFrom('connect_codes')
    .where('user_id', '=', userId)
    .where('channel', '=', channel)
    .where('expires_at', '<=', new Date(now))
    .execute()
  const live = await tx
    .selectFrom('connect_codes')
    .select('expires_at')
    .where('user_id', '=', userId)
    .where('channel', '=', channel)
    .where('used_at', 'is', null)
    .orderBy('expires_at')
    .execute()
  const [oldest] = live
  if (oldest === undefined || live.length < maxLive) return
  throw linkingErrors.too_many_connect_codes({
    retryAfter: Math.ceil((oldest.expires_at.getTime() - now) / 1000),
  })
}

/**
 * In public a code counts only from the account that it names. The single use: one conditional update, so that of two
 * who try only one gets it.
 */
export async function claimCode(
  { clock }: Pick<LinkingDependencies, 'clock'>,
  tx: Tx,
  { code, channel, botId, username = '', isPublic }: SentCode,
): Promise<ClaimedCode | undefined> {
  if (!codeShape.test(code)) return undefined
  const now = new Date(clock.now())
  const claimed = await tx
    .updateTable('connect_codes')
    .set({ used_at: now })
    .where('hash', '=', hashOf(code))
    .where('channel', '=', channel)
    .where((where) => where.or([where('bot_id', 'is', null), where('bot_id', '=', botId)]))
    .where((where) => {
      const isTheirs = where(sql`lower(username)`, '=', username.toLowerCase())
      return isPublic ? isTheirs : where.or([where('username', 'is', null), isTheirs])
    })
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .returning(['user_id', 'workspace_id'])
    .executeTakeFirst()
  return claimed && { userId: claimed.user_id, workspaceId: claimed.workspace_id, proofHash: hashOf(code) }
}

/** See `Linking.burn`. */
export async function burnCode(
  { clock, audit }: Pick<LinkingDependencies, 'clock' | 'audit'>,
  tx: Tx,
  { code, channel }: { code: string; channel: string },
): Promise<string | undefined> {
  if (!codeShape.test(code)) return undefined
  const now = new Date(clock.now())
  const burned = await tx
    .updateTable('connect_codes')
    .set({ used_at: now })
    .where('hash', '=', hashOf(code))
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .returning(['user_id', 'workspace_id', 'channel'])
    .executeTakeFirst()
  if (burned === undefined) return undefined
  await audit.record(tx, {
    actor: { kind: 'system' },
    workspaceId: burned.workspace_id,
    action: 'connect_code.burned',
    subject: { kind: 'user', id: burned.user_id },
    detail: { made_for: burned.channel, seen_in: channel },
  })
  return burned.user_id
}
