import type { AuditEntry } from '../audit/audit.ts'
import type { Tx } from '../storage/database.ts'
import { createdEvent, revokedEvent } from './connection-events.ts'
import { connectionOf, type Connection, type ConnectionMetadata } from './connection.ts'
import type { IdentityKey } from './connections.ts'
import type { LinkingDependencies } from './linking.ts'

/** A chat identity that both sides have agreed to connect to a user. */
export interface Binding extends IdentityKey {
  userId: string
  workspaceId: string
  name: string | null
  metadata: ConnectionMetadata
  /** In whose chat: a bot of ours or an outside service, the other is null. */
  botId: string | null
  botKeyId: string | null
  /** Where it began: by a code of the app or by a link of the chat. */
  madeIn: 'app' | 'chat'
}

export interface Bound {
  connection: Connection
  /** Whom the sender is from now on: the bot names the account. */
  user: { id: string; name: string; email: string }
  /** Whose the identity was until now. */
  transferredFrom?: { userId: string; connectionId: string }
}

/** Connects, and ends what the identity was connected to before. The caller holds the identity's lock. */
export async function bind(deps: LinkingDependencies, tx: Tx, binding: Binding): Promise<Bound> {
  const user = await tx
    .selectFrom('users')
    .select(['id', 'name', 'email'])
    .where('id', '=', binding.userId)
    .executeTakeFirstOrThrow()
  const former = await revokeFormer(deps, tx, binding)
  const connection = await write(deps, tx, binding)
  const created = createdEvent(connection)
  const ended = former === undefined ? [] : [revokedEvent(former, 'transferred')]
  await deps.announcer.announce(tx, [...ended, created])
  const transferredFrom = former && { userId: former.userId, connectionId: former.id }
  for (const entry of entriesOf(connection, binding, transferredFrom)) await deps.audit.record(tx, entry)
  return { connection, user, ...(transferredFrom && { transferredFrom }) }
}

async function revokeFormer(
  deps: LinkingDependencies,
  tx: Tx,
  { channel, tenantId, externalId, userId }: Binding,
): Promise<Connection | undefined> {
  const now = new Date(deps.clock.now())
  const row = await tx
    .updateTable('connections')
    .set({ status: 'revoked', revoked_at: now, updated_at: now })
    .where('channel', '=', channel)
    .where('tenant_id', '=', tenantId)
    .where('external_id', '=', externalId)
    .where('status', '=', 'connected')
    .where('user_id', '<>', userId)
    .returningAll()
    .executeTakeFirst()
  if (row === undefined) return undefined
  const former = connectionOf(row)
  await deps.stopTurns(tx, [former])
  return former
}

/** The user's own earlier row for this identity, connected again; else a new one. */
async function write({ clock, ids }: LinkingDependencies, tx: Tx, binding: Binding): Promise<Connection> {
  const now = new Date(clock.now())
  const { channel, tenantId, externalId, userId } = binding
  const values = {
    workspace_id: binding.workspaceId,
    bot_id: binding.botId,
    bot_key_id: binding.botKeyId,
    external_name: binding.name,
    status: 'connected',
    metadata: JSON.stringify(binding.metadata),
    created_at: now,
    updated_at: now,
    revoked_at: null,
  } as const
  const own = await tx
    .updateTable('connections')
    .set(values)
    .where('user_id', '=', userId)
    .where('channel', '=', channel)
    .where('tenant_id', '=', tenantId)
    .where('external_id', '=', externalId)
    .returningAll()
    .executeTakeFirst()
  const identity = { user_id: userId, channel, tenant_id: tenantId, external_id: externalId }
  const row =
    own ??
    (await tx
      .insertInto('connections')
      .values({ ...values, ...identity, id: ids('con'), scopes: '[]' })
      .returningAll()
      .executeTakeFirstOrThrow())
  return connectionOf(row)
}

function entriesOf(
  { id, workspaceId, userId, channel, tenantId, externalId }: Connection,
  { madeIn, botKeyId }: Binding,
  former: Bound['transferredFrom'],
): AuditEntry[] {
  const by = { actor: { kind: 'user', id: userId }, workspaceId } as const
  const identity = { channel, tenant_id: tenantId, external_id: externalId }
  const created = {
    ...by,
    action: 'connection.created',
    subject: { kind: 'connection', id },
    detail: {
      ...identity,
      made_in: madeIn,
      ...(botKeyId !== null && { bot_key_id: botKeyId }),
      ...(former && { transferred_from: former.userId }),
    },
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
