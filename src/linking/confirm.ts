import type { Principal } from '../identity/principal.ts'
import type { GatewayError } from '../lib/errors.ts'
import type { Tx } from '../storage/database.ts'
import { approvalOfProof, metadataOfRow, openApproval, type OpenedApproval } from './approval.ts'
import { bind, type Binding, type Bound } from './bind.ts'
import { isLinked } from './connections.ts'
import { linkingErrors } from './errors.ts'
import { lockIdentity } from './identity-lock.ts'
import { isMakerLive } from './link-maker.ts'
import type { LinkTokenRow } from './link-token.ts'
import type { LinkingDependencies } from './linking.ts'
import { findToken, refuseDead } from './read-link-token.ts'

export type Confirmed =
  | ({ kind: 'linked'; token: LinkTokenRow } & Bound)
  /** The page shows the number, and the person sends it in the chat. */
  | { kind: 'approval'; token: LinkTokenRow; approval: OpenedApproval }
  /** To be thrown once the transaction has committed, which records it. */
  | { kind: 'refused'; error: GatewayError }

/** See `LinkTokens.confirm`. */
export async function confirm(
  deps: LinkingDependencies,
  tx: Tx,
  user: Principal,
  secret: string,
): Promise<Confirmed> {
  const { hash, ...seen } = await findToken(tx, user, secret)
  const identity = { channel: seen.channel, tenantId: seen.tenant_id, externalId: seen.external_id }
  await lockIdentity(tx, identity)
  const token = await tx
    .selectFrom('link_tokens')
    .selectAll()
    .where('hash', '=', hash)
    .forUpdate()
    .executeTakeFirst()
  if (token === undefined || !(await isMakerLive(tx, token))) throw linkingErrors.link_token_not_found()
  const now = new Date(deps.clock.now())
  if (token.used_at !== null) return again(tx, user, token, now)
  refuseDead(token, now)
  if (await isLinked(tx, identity)) return refuseLinked(deps, tx, user, token)
  await tx.updateTable('link_tokens').set({ used_at: now }).where('hash', '=', hash).execute()
  const agreed = { ...identity, ...agreementOf(user, token) }
  if (deps.approval === 'both') {
    const { username, chat } = token
    const { approval } = await openApproval(deps, tx, { ...agreed, proofHash: hash, username, chat })
    return { kind: 'approval', token, approval }
  }
  const bound = await bind(deps, tx, { ...agreed, metadata: metadataOfRow(token) })
  await tx
    .updateTable('link_tokens')
    .set({ connection_id: bound.connection.id })
    .where('hash', '=', hash)
    .execute()
  return { kind: 'linked', token, ...bound }
}

/** Whoever confirmed it sees their number again while it counts; for everybody else it is used. */
async function again(tx: Tx, user: Principal, token: LinkTokenRow, now: Date): Promise<Confirmed> {
  const pending = await approvalOfProof(tx, token.hash, now)
  if (pending?.user_id !== user.userId) throw linkingErrors.link_token_used()
  const { id, number, expires_at: expiresAt } = pending
  return { kind: 'approval', token, approval: { id, number, expiresAt } }
}

function agreementOf(
  { userId, workspaceId }: Principal,
  { external_name: name, bot_id: botId, bot_key_id: botKeyId }: LinkTokenRow,
): Omit<Binding, 'channel' | 'tenantId' | 'externalId' | 'metadata'> {
  return { userId, workspaceId, name, botId, botKeyId, madeIn: 'chat' }
}

async function refuseLinked(
  { audit }: LinkingDependencies,
  tx: Tx,
  { userId, workspaceId }: Principal,
  { channel, tenant_id, external_id, bot_key_id, bot_id }: LinkTokenRow,
): Promise<Confirmed> {
  await audit.record(tx, {
    actor: { kind: 'user', id: userId },
    workspaceId,
    action: 'link_token.refused',
    subject: { kind: 'chat_identity', id: [channel, tenant_id, external_id].join('/') },
    detail: { reason: 'already_linked', bot: bot_key_id ?? bot_id },
  })
  return { kind: 'refused', error: linkingErrors.identity_linked() }
}
