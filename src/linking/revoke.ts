import type { AuditActor } from '../audit/audit.ts'
import type { Tx } from '../storage/database.ts'
import { connectionOf, type Connection } from './connection.ts'
import { revokedEvent } from './connection-events.ts'
import { linkingErrors } from './errors.ts'
import type { LinkingDependencies } from './linking.ts'

type Dependencies = Pick<LinkingDependencies, 'clock' | 'audit' | 'announcer' | 'stopTurns'>

/** See `Linking.revoke`. Another's connection is as unknown as one that never was. */
export async function revokeOwn(
  deps: Dependencies,
  tx: Tx,
  { userId, connectionId }: { userId: string; connectionId: string },
): Promise<boolean> {
  const own = await tx
    .selectFrom('connections')
    .select('id')
    .where('id', '=', connectionId)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  if (own === undefined) throw linkingErrors.connection_not_found()
  const revoked = await end(deps, tx, connectionId)
  if (revoked === undefined) return false
  await deps.announcer.announce(tx, [revokedEvent(revoked, 'user')])
  await record(deps, tx, revoked, { kind: 'user', id: userId })
  return true
}

/** See `Linking.revokeFromChat`. */
export async function revokeFromChat(deps: Dependencies, tx: Tx, connectionId: string): Promise<void> {
  const revoked = await end(deps, tx, connectionId)
  if (revoked === undefined) return
  await deps.announcer.announce(tx, [revokedEvent(revoked, 'chat')])
  const { channel, tenantId, externalId } = revoked
  await record(deps, tx, revoked, { kind: 'chat_identity', id: [channel, tenantId, externalId].join('/') })
}

/** See `Linking.revokeAllOf`. One entry names them all: they end by one act. */
export async function revokeAllOf(
  { clock, audit, announcer, stopTurns }: Dependencies,
  tx: Tx,
  { channel, by }: { channel: string; by: AuditActor },
): Promise<number> {
  const now = new Date(clock.now())
  // In the order in which turns that begin hold them, so that none waits for the other in a circle.
  await tx
    .selectFrom('connections')
    .select('id')
    .where('channel', '=', channel)
    .where('status', '=', 'connected')
    .orderBy('id')
    .forUpdate()
    .execute()
  const revoked = await tx
    .updateTable('connections')
    .set({ status: 'revoked', revoked_at: now, updated_at: now })
    .where('channel', '=', channel)
    .where('status', '=', 'connected')
    .returningAll()
    .execute()
  const ended = revoked.map(connectionOf)
  await stopTurns(tx, ended)
  await announcer.announce(
    tx,
    ended.map((connection) => revokedEvent(connection, 'administrator')),
  )
  if (revoked.length > 0)
    await audit.record(tx, {
      actor: by,
      action: 'connection.revoked_all',
      subject: { kind: 'channel', id: channel },
      detail: { connections: revoked.map(({ id }) => id) },
    })
  return revoked.length
}

async function end({ clock, stopTurns }: Dependencies, tx: Tx, id: string): Promise<Connection | undefined> {
  const now = new Date(clock.now())
  const row = await tx
    .updateTable('connections')
    .set({ status: 'revoked', revoked_at: now, updated_at: now })
    .where('id', '=', id)
    .where('status', '=', 'connected')
    .returningAll()
    .executeTakeFirst()
  if (row === undefined) return undefined
  const connection = connectionOf(row)
  await stopTurns(tx, [connection])
  return connection
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
