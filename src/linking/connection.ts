import type { Selectable } from 'kysely'
import type { ChatAddress, ChatIdentity } from '../channels/channel.ts'
import type { ConnectionsTable } from '../storage/tables/linking.ts'

/** A chat identity that is, or was, bound to a user. */
export interface Connection {
  id: string
  workspaceId: string
  userId: string
  channel: string
  botId: string | null
  tenantId: string
  tenantName: string | null
  externalId: string
  externalName: string | null
  status: 'connected' | 'revoked'
  scopes: string[]
  metadata: ConnectionMetadata
  /** When it was last connected. */
  createdAt: Date
  revokedAt: Date | null
}

/** All that is kept of the chat; its owner sees it. Never a token of the platform. */
export interface ConnectionMetadata {
  chat_id?: string
  chat_type?: string
  username?: string
}

export function connectionOf(row: Selectable<ConnectionsTable>): Connection {
  return {
    id: row.id,
    workspaceId: row.workspace_id,
    userId: row.user_id,
    channel: row.channel,
    botId: row.bot_id,
    tenantId: row.tenant_id,
    tenantName: row.tenant_name,
    externalId: row.external_id,
    externalName: row.external_name,
    status: row.status,
    scopes: row.scopes,
    metadata: row.metadata,
    createdAt: row.created_at,
    revokedAt: row.revoked_at,
  }
}

export function metadataOf(identity: ChatIdentity, chat: ChatAddress): ConnectionMetadata {
  return {
    chat_id: chat.chatId,
    chat_type: chat.kind,
    ...(identity.username !== undefined && { username: identity.username }),
  }
}
