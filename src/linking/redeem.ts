import { sql } from 'kysely'
import type { AuditEntry } from '../audit/audit.ts'
import type { ChatAddress, ChatIdentity } from '../channels/channel.ts'
import type { Tx } from '../storage/database.ts'
import { claimCode, type ClaimedCode } from './connect-code.ts'
import { connectionOf, metadataOf, type Connection } from './connection.ts'
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
  | {
      kind: 'connected'
      connection: Connection
      /** Whom the sender is from now on: the bot names the account. */
      user: { id: string; name: string; email: string }
      /** Whose the identity was until now. */
      transferredFrom?: { userId: string; connectionId: string }
    }
  | { kind: 'invalid' }

/** See `Linking.redeem`. */
export async function redeemCode(
  deps: LinkingDependencies,
  tx: Tx,
  redemption: Redemption,
): Promise<Redeemed> {
  const { channel, identity, chat } = redemption
  // Two codes for one identity are redeemed one after the other: the later one wins, and both are recorded.
  const name = JSON.stringify(['identity', channel, identity.tenantId, identity.id])
  await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(tx)
  const { username } = identity
  const owner = await claimCode(deps, tx, { ...redemption, username, isPublic: chat.kind !== 'private' })
  if (owner === undefined) return { kind: 'invalid' }
  const user = await tx
    .selectFrom('users')
    .select(['id', 'name', 'email'])
    .where('id', '=', owner.userId)
    .executeTakeFirstOrThrow()
  const former = await revokeFormer(deps, tx, redemption, owner)
  const connection = await bind(deps, tx, redemption, owner)
  for (const entry of entriesOf(connection, former)) await deps.audit.record(tx, entry)
  return { kind: 'connected', connection, user, ...(former && { transferredFrom: former }) }
}

async function revokeFormer(
  { clock }: LinkingDependencies,
  tx: Tx,
  { channel, identity }: Redemption,
  { userId }: ClaimedCode,
) {
  const now = new Date(clock.now())
  const former = await tx
    .updateTable('connections')
    .set({ status: 'revoked', revoked_at: now, updated_at: now })
    .where('channel', '=', channel)
    .where('tenant_id', '=', identity.tenantId)
    .where('external_id', '=', identity.id)
    .where('status', '=', 'connected')
    .where('user_id', '<>', userId)
    .returning(['id', 'user_id'])
    .executeTakeFirst()
  return former && { userId: former.user_id, connectionId: former.id }
}

/** The user's own earlier row for this identity, connected again; else a new one. */
async function bind(
  { clock, ids }: LinkingDependencies,
  tx: Tx,
  { channel, botId, identity, chat }: Redemption,
  { userId, workspaceId }: ClaimedCode,
): Promise<Connection> {
  const now = new Date(clock.now())
  const values = {
    workspace_id: workspaceId,
    bot_id: botId,
    external_name: identity.name,
    status: 'connected',
    metadata: JSON.stringify(metadataOf(identity, chat)),
    created_at: now,
    updated_at: now,
    revoked_at: null,
  } as const
  const own = await tx
    .updateTable('connections')
    .set(values)
    .where('user_id', '=', userId)
    .where('channel', '=', channel)
    .where('tenant_id', '=', identity.tenantId)
    .where('external_id', '=', identity.id)
    .returningAll()
    .executeTakeFirst()
  const row =
    own ??
    (await tx
      .insertInto('connections')
      .values({
        ...values,
        id: ids('con'),
        user_id: userId,
        channel,
        tenant_id: identity.tenantId,
        external_id: identity.id,
        scopes: '[]',
      })
      .returningAll()
      .executeTakeFirstOrThrow())
  return connectionOf(row)
}

function entriesOf(
  connection: Connection,
  former: { userId: string; connectionId: string } | undefined,
): AuditEntry[] {
  const { id, workspaceId, userId, channel, tenantId, externalId } = connection
  const by = { actor: { kind: 'user', id: userId }, workspaceId } as const
  const identity = { channel, tenant_id: tenantId, external_id: externalId }
  const created = {
    ...by,
    action: 'connection.created',
    subject: { kind: 'connection', id },
    detail: { ...identity, ...(former && { transferred_from: former.userId }) },
  }
  if (former === undefined) return [created]
  const transferred = {
    ...by,
    action: 'connection.transferred',
    subject: { kind: 'connection', id: former.connectionId },
    detail: { ...identity, from: former.userId, to: userId },
  }
  return [transferred, created]
}
