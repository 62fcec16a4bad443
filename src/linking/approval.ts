import type { Selectable } from 'kysely'
import type { Db, Tx } from '../storage/database.ts'
import type { LinkApprovalsTable } from '../storage/tables/linking.ts'
import type { Binding, Bound } from './bind.ts'
import type { ConnectionMetadata } from './connection.ts'
import { linkingErrors } from './errors.ts'
import type { LinkingDependencies } from './linking.ts'

/**
 * A connection that one side has agreed to and that waits for the number of the other side.
 *
 *   pending -> linked | wrong_number (the third) | cancelled | replaced (by a newer one) | expired (600 s)
 */
export interface Approval {
  id: string
  madeIn: 'app' | 'chat'
  channel: string
  externalName: string | null
  username: string | null
  createdAt: Date
  expiresAt: Date
  triesLeft: number
  /** What the person sends in the chat; null where the chat shows it. */
  number: string | null
}

export interface OpenedApproval {
  id: string
  /** Four digits, for the side that began to show. */
  number: string
  expiresAt: Date
}

export type ApprovalRow = Selectable<LinkApprovalsTable>

export type NewApproval = Omit<Binding, 'metadata'> & {
  proofHash: string
  username: string | null
  /** As the table keeps it. */
  chat: unknown
}

export const maxWrongTries = 3
const lifetimeMs = 600_000

/** Opens an approval and ends the one before it; the caller holds the identity's lock. */
export async function openApproval(
  deps: LinkingDependencies,
  tx: Tx,
  wanted: NewApproval,
): Promise<{ approval: OpenedApproval; user: Bound['user'] }> {
  const { clock, ids, audit } = deps
  const now = clock.now()
  const { channel, tenantId, externalId, madeIn, userId, workspaceId } = wanted
  await endPending(tx, wanted, new Date(now))
  const approval = { id: ids('lap'), number: numberOf(deps.random(4)), expiresAt: new Date(now + lifetimeMs) }
  await tx
    .insertInto('link_approvals')
    .values({
      id: approval.id,
      made_in: madeIn,
      proof_hash: wanted.proofHash,
      user_id: userId,
      workspace_id: workspaceId,
      bot_key_id: wanted.botKeyId,
      bot_id: wanted.botId,
      channel,
      tenant_id: tenantId,
      external_id: externalId,
      external_name: wanted.name,
      username: wanted.username,
      chat: wanted.chat === null ? null : JSON.stringify(wanted.chat),
      number: approval.number,
      created_at: new Date(now),
      expires_at: approval.expiresAt,
    })
    .execute()
  const user = await tx
    .selectFrom('users')
    .select(['id', 'name', 'email'])
    .where('id', '=', userId)
    .executeTakeFirstOrThrow()
  await audit.record(tx, {
    actor: { kind: 'user', id: userId },
    workspaceId,
    action: 'link_approval.opened',
    subject: { kind: 'link_approval', id: approval.id },
    detail: { made_in: madeIn, channel, tenant_id: tenantId, external_id: externalId },
  })
  return { approval, user }
}

async function endPending(
  tx: Tx,
  { madeIn, channel, tenantId, externalId }: NewApproval,
  now: Date,
): Promise<void> {
  await tx
    .updateTable('link_approvals')
    .set({ ended_at: now, outcome: 'replaced' })
    .where('made_in', '=', madeIn)
    .where('channel', '=', channel)
    .where('tenant_id', '=', tenantId)
    .where('external_id', '=', externalId)
    .where('ended_at', 'is', null)
    .execute()
}

/** Of 2^32 values: no number is likelier than another by more than one in 400 000. */
function numberOf(bytes: Uint8Array): string {
  return String(Buffer.from(bytes).readUInt32BE() % 10_000).padStart(4, '0')
}

/** A user's pending approvals, newest first. */
export async function listApprovals(
  { db, clock }: Pick<LinkingDependencies, 'db' | 'clock'>,
  userId: string,
): Promise<Approval[]> {
  const rows = await db
    .selectFrom('link_approvals')
    .selectAll()
    .where('user_id', '=', userId)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', new Date(clock.now()))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute()
  return rows.map(approvalOf)
}

function approvalOf(row: ApprovalRow): Approval {
  return {
    id: row.id,
    madeIn: row.made_in,
    channel: row.channel,
    externalName: row.external_name,
    username: row.username,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    triesLeft: maxWrongTries - row.wrong_tries,
    number: row.made_in === 'chat' ? row.number : null,
  }
}

/** Ends one of a user's own. Throws `approval_not_found`. */
export async function cancelApproval(
  deps: Pick<LinkingDependencies, 'clock' | 'audit'>,
  tx: Tx,
  { userId, id }: { userId: string; id: string },
): Promise<ApprovalRow> {
  const now = new Date(deps.clock.now())
  const row = await tx
    .updateTable('link_approvals')
    .set({ ended_at: now, outcome: 'cancelled' })
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', now)
    .returningAll()
    .executeTakeFirst()
  if (row === undefined) throw linkingErrors.approval_not_found()
  await recordEnd(deps, tx, row, 'cancelled')
  return row
}

/** Notes an end that made no connection. */
export async function recordEnd(
  { audit }: Pick<LinkingDependencies, 'audit'>,
  tx: Tx,
  { id, user_id, workspace_id, channel, tenant_id, external_id, made_in }: ApprovalRow,
  outcome: 'cancelled' | 'wrong_number' | 'already_linked' | 'bot_gone',
): Promise<void> {
  // A number that came from the chat is the chat's act, whoever writes there.
  const isChats = outcome !== 'cancelled' && made_in === 'chat'
  await audit.record(tx, {
    actor: isChats
      ? { kind: 'chat_identity', id: [channel, tenant_id, external_id].join('/') }
      : { kind: 'user', id: user_id },
    workspaceId: workspace_id,
    action: 'link_approval.ended',
    subject: { kind: 'link_approval', id },
    detail: { outcome, made_in, user_id, channel, tenant_id, external_id },
  })
}

/** The pending approval that a link token led to, if any. */
export function approvalOfProof(db: Db, proofHash: string, now: Date): Promise<ApprovalRow | undefined> {
  return db
    .selectFrom('link_approvals')
    .selectAll()
    .where('proof_hash', '=', proofHash)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()
}

/** What is kept of the chat with the connection. */
export function metadataOfRow({
  chat,
  username,
}: Pick<ApprovalRow, 'chat' | 'username'>): ConnectionMetadata {
  const { chatId, kind } = (chat ?? {}) as { chatId?: string; kind?: string }
  return {
    ...(chatId !== undefined && { chat_id: chatId }),
    ...(kind !== undefined && { chat_type: kind }),
    ...(username !== null && { username }),
  }
}
