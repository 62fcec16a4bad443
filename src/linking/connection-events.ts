import type { Announcement, EventData } from '../webhooks/webhooks.ts'
import type { Connection } from './connection.ts'

type Connected = Pick<Connection, 'id' | 'workspaceId' | 'userId' | 'channel' | 'tenantId' | 'externalId'>

/** What the application is told of a connection that began. */
export function createdEvent(connection: Connected): Announcement {
  const { workspaceId } = connection
  return { type: 'connection.created', workspaceId, data: dataOf(connection) }
}

/** What it is told of one that ended, and by what. */
export function revokedEvent(connection: Connected, by: EventData['connection.revoked']['by']): Announcement {
  const { workspaceId } = connection
  return { type: 'connection.revoked', workspaceId, data: { ...dataOf(connection), by } }
}

function dataOf({ id, userId, channel, tenantId, externalId }: Connected) {
  return {
    connection_id: id,
    user_id: userId,
    channel,
    tenant_id: tenantId,
    external_id: externalId,
  }
}
