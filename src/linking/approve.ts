import type { Tx } from '../storage/database.ts'
import { maxWrongTries, metadataOfRow, recordEnd, type ApprovalRow } from './approval.ts'
import { bind, type Bound } from './bind.ts'
import { isLinked, type IdentityKey } from './connections.ts'
import { lockIdentity } from './identity-lock.ts'
import type { LinkingDependencies } from './linking.ts'
import { isMakerLive } from './link-maker.ts'

/** Whose number it is: typed by the user in the app, or sent by the identity in the chat of one bot. */
export type ApprovalAnswer =
  | { madeIn: 'app'; id: string; userId: string; number: string }
  | ({ madeIn: 'chat'; number: string; botId: string | null; botKeyId: string | null } & IdentityKey)

export type ApprovalVerdict =
  | ({ kind: 'linked'; approval: ApprovalRow } & Bound)
  | { kind: 'wrong_number'; approval: ApprovalRow; triesLeft: number }
  /** The third wrong number. */
  | { kind: 'ended'; approval: ApprovalRow }
  /** Somebody connected the identity, or the bot went away, in the meantime. */
  | { kind: 'refused'; approval: ApprovalRow }
  /** Nothing is pending. */
  | { kind: 'none' }

/**
 * Judges one number, in the caller's transaction, which must commit also where it was wrong: that is what counts the
 * tries. Numbers for one identity are judged one after the other.
 */
export async function approve(
  deps: LinkingDependencies,
  tx: Tx,
  answer: ApprovalAnswer,
): Promise<ApprovalVerdict> {
  const seen = await pending(deps, tx, answer).executeTakeFirst()
  if (seen === undefined) return { kind: 'none' }
  await lockIdentity(tx, identityOf(seen))
  const approval = await pending(deps, tx, answer).where('id', '=', seen.id).forUpdate().executeTakeFirst()
  if (approval === undefined) return { kind: 'none' }
  if (approval.number !== answer.number) return countWrong(deps, tx, approval)
  const isTaken = approval.made_in === 'chat' && (await isLinked(tx, identityOf(approval)))
  if (isTaken || !(await isMakerLive(tx, approval))) {
    await end(deps, tx, approval, 'cancelled')
    await recordEnd(deps, tx, approval, isTaken ? 'already_linked' : 'bot_gone')
    return { kind: 'refused', approval }
  }
  await end(deps, tx, approval, 'linked')
  return { kind: 'linked', approval, ...(await connect(deps, tx, approval)) }
}

function pending({ clock }: LinkingDependencies, tx: Tx, answer: ApprovalAnswer) {
  const rows = tx
    .selectFrom('link_approvals')
    .selectAll()
    .where('made_in', '=', answer.madeIn)
    .where('ended_at', 'is', null)
    .where('wrong_tries', '<', maxWrongTries)
    .where('expires_at', '>', new Date(clock.now()))
  if (answer.madeIn === 'app') return rows.where('id', '=', answer.id).where('user_id', '=', answer.userId)
  return rows
    .where('channel', '=', answer.channel)
    .where('tenant_id', '=', answer.tenantId)
    .where('external_id', '=', answer.externalId)
    .where('bot_id', 'is not distinct from', answer.botId)
    .where('bot_key_id', 'is not distinct from', answer.botKeyId)
}

async function countWrong(
  deps: LinkingDependencies,
  tx: Tx,
  approval: ApprovalRow,
): Promise<ApprovalVerdict> {
  const tries = approval.wrong_tries + 1
  await tx.updateTable('link_approvals').set({ wrong_tries: tries }).where('id', '=', approval.id).execute()
  if (tries < maxWrongTries) return { kind: 'wrong_number', approval, triesLeft: maxWrongTries - tries }
  await end(deps, tx, approval, 'wrong_number')
  await recordEnd(deps, tx, approval, 'wrong_number')
  return { kind: 'ended', approval }
}

async function end(
  { clock }: LinkingDependencies,
  tx: Tx,
  { id }: ApprovalRow,
  outcome: 'linked' | 'wrong_number' | 'cancelled',
): Promise<void> {
  await tx
    .updateTable('link_approvals')
    .set({ ended_at: new Date(clock.now()), outcome })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .execute()
}

async function connect(deps: LinkingDependencies, tx: Tx, approval: ApprovalRow): Promise<Bound> {
  const { made_in: madeIn, proof_hash: proofHash } = approval
  const bound = await bind(deps, tx, {
    ...identityOf(approval),
    userId: approval.user_id,
    workspaceId: approval.workspace_id,
    name: approval.external_name,
    metadata: metadataOfRow(approval),
    botId: approval.bot_id,
    botKeyId: approval.bot_key_id,
    madeIn,
  })
  if (madeIn === 'chat')
    await tx
      .updateTable('link_tokens')
      .set({ connection_id: bound.connection.id })
      .where('hash', '=', proofHash)
      .execute()
  return bound
}

function identityOf({ channel, tenant_id, external_id }: ApprovalRow): IdentityKey {
  return { channel, tenantId: tenant_id, externalId: external_id }
}
