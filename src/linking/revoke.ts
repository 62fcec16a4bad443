import type { AuditActor } from '../audit/audit.ts'
import type { Tx } from '../storage/database.ts'
import { connectionOf, type Connection } from './connection.ts'
import { linkingErrors } from './errors.ts'
import type { LinkingDependencies } from './linking.ts'

type Dependencies = Pick<LinkingDependencies, 'clock' | 'audit'>

/** See `Linking.revoke`. Another's connection is as unknown as one that never was. */
export async function revokeOwn(
  deps: Dependencies,
  tx: Tx,
  { userId, connectionId }: { userId: string; connectionId: string },
): Promise<void> {
  const own = await tx
    .selectFrom('connections')
    .select('id')
    .where('id', '=', connectionId)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  if (own === undefined) throw linkingErrors.connection_not_found()
  const revoked = await end(deps, tx, connectionId)
  if (revoked !== undefined) await record(deps, tx, revoked, { kind: 'user', id: userId })
}

/** See `Linking.revokeFromChat`. */
export async function revokeFromChat(deps: Dependencies, tx: Tx, connectionId: string): Promise<void> {
  const revoked = await end(deps, tx, connectionId)
  if (revoked === undefined) return
  const { channel, tenantId, externalId } = revoked
  await record(deps, tx, revoked, { kind: 'chat_identity', id: [channel, tenantId, externalId].join('/') })
}

/** See `Linking.revokeAllOf`. One entry names them all: they end by one act. */
export async function revokeAllOf(
  { clock, audit }: Dependencies,
  tx: Tx,
  { channel, by }: { channel: string; by: AuditActor },
): Promise<number> {
  const now = new Date(clock.now())
  const revoked = await tx
    .updateTable('connections')
    .set({ status: 'revoked', revoked_at: now, updated_at: now })
    .where('channel', '=', channel)
    .where('status', '=', 'connected')
    .returning('id')
    .execute()
  if (revoked.length > 0)
    await audit.record(tx, {
      actor: by,
      action: 'connection.revoked_all',
      subject: { kind: 'channel', id: channel },
      detail: { connections: revoked.map(({ id }) => id) },
    })
  return revoked.length
}

async function end({ clock }: Dependencies, tx: Tx, id: string): Promise<Connection | undefined> {
  const now = new Date(clock.now())
  const row = await tx
    .updateTable('connections')
    .set({ status: 'revoked', revoked_at: now, updated_at: now })
    .where('id', '=', id)
    .where('status', '=', 'connected')
    .returningAll()
    .executeTakeFirst()
  return row && connectionOf(row)
}

function record({ audit }: Dependencies, tx: Tx, connection: Connection, actor: AuditActor): Promise<void> {
  const { id, workspaceId, userId, channel, tenantId, externalId } = connection
  return audit.record(tx, {
    actor,
    workspaceId,
    action: 'connection.revoked',
    subject: { kind: 'connection', id },
    detail: { user_id: userId, channel, tenant_id: tenantId, external_id: externalId },
  })
}
