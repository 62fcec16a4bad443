import type { ChatAddress, ChatIdentity } from '../channels/channel.ts'
import type { Tx } from '../storage/database.ts'
import { openApproval, type OpenedApproval } from './approval.ts'
import { bind, type Bound } from './bind.ts'
import { claimCode } from './connect-code.ts'
import { metadataOf } from './connection.ts'
import { lockIdentity } from './identity-lock.ts'
import type { LinkingDependencies } from './linking.ts'

/** A code as it arrived in a chat, and who sent it. */
export interface Redemption {
  code: string
  channel: string
  botId: string
  identity: ChatIdentity
  chat: ChatAddress
}

export type Redeemed =
  | ({ kind: 'connected' } & Bound)
  /** The chat must show the number, and the code's owner type it in the app. */
  | { kind: 'approval'; approval: OpenedApproval; user: Bound['user'] }
  | { kind: 'invalid' }

/** See `Linking.redeem`. */
export async function redeemCode(
  deps: LinkingDependencies,
  tx: Tx,
  redemption: Redemption,
): Promise<Redeemed> {
  const { channel, botId, identity, chat } = redemption
  const key = { channel, tenantId: identity.tenantId, externalId: identity.id }
  // Two codes for one identity are redeemed one after the other: the later one wins, and both are recorded.
  await lockIdentity(tx, key)
  const { username } = identity
  const isPublic = chat.kind !== 'private'
  const owner = await claimCode(deps, tx, { ...redemption, username, isPublic })
  if (owner === undefined) return { kind: 'invalid' }
  const { userId, workspaceId, proofHash } = owner
  const agreed = {
    ...key,
    userId,
    workspaceId,
    name: identity.name,
    botId,
    botKeyId: null,
    madeIn: 'app',
  } as const
  // In public the number would be no secret; there the code names the account from which alone it counts.
  if (deps.approval === 'both' && !isPublic) {
    const { approval, user } = await openApproval(deps, tx, {
      ...agreed,
      proofHash,
      username: username ?? null,
      chat,
    })
    return { kind: 'approval', approval, user }
  }
  const bound = await bind(deps, tx, { ...agreed, metadata: metadataOf(identity, chat) })
  return { kind: 'connected', ...bound }
}
