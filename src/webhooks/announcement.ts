import type { Tx } from '../storage/database.ts'

/** What an application can be told, and the data of each; examples stand in docs/webhooks.md. Ids only. */
export interface EventData {
  'connection.created': ConnectionData
  'connection.revoked': ConnectionData & {
    /** `transferred`: another user connected the same chat identity. */
    by: 'user' | 'chat' | 'administrator' | 'transferred'
  }
  'turn.finished': {
    /** Also the reference that the person is told when the turn failed. */
    turn_id: string
    conversation_id: string
    user_id: string
    /** Who asked in a sponsored group without being a user; then `user_id` is the sponsor. */
    guest_id: string | null
    agent: string
    state: 'succeeded' | 'failed' | 'cancelled'
    error_code: string | null
    /** From its beginning to its end; null where it never ran. */
    duration_ms: number | null
  }
  'delivery.failed': {
    bot_id: string
    channel: string
    /** Null for notices that answer nothing. */
    turn_id: string | null
    /** Why, as in docs/proactive-messages.md. */
    error_code: string
    /** What the platform said, where it gave a code. */
    platform_code: string | null
  }
  'credential.connected': CredentialData
  'credential.revoked': CredentialData
  'credential.reconnect_required': CredentialData
}

interface CredentialData {
  credential_id: string
  user_id: string
  provider: string
  type: 'oauth2' | 'api_key' | 'user_password' | 'host_scoped'
}

interface ConnectionData {
  connection_id: string
  user_id: string
  channel: string
  /** The platform's workspace; empty where ids are unique on the whole platform. */
  tenant_id: string
  external_id: string
}

export type EventType = keyof EventData

const known: Record<EventType, true> = {
  'connection.created': true,
  'connection.revoked': true,
  'turn.finished': true,
  'delivery.failed': true,
  'credential.connected': true,
  'credential.revoked': true,
  'credential.reconnect_required': true,
}

/** Every type, in the order of the reference. */
export const eventTypes = Object.keys(known) as readonly EventType[]

/** What an endpoint can ask for: a type, or a group of them such as `connection.*`. */
export const eventFilters: readonly string[] = [
  ...eventTypes,
  ...new Set(eventTypes.map((type) => `${type.slice(0, type.indexOf('.'))}.*`)),
]

/** Something that happened in a workspace. */
export type Announcement = {
  [T in EventType]: { type: T; workspaceId: string; data: EventData[T] }
}[EventType]

/** How other modules tell the application what happened. */
export interface Announcer {
  /**
   * Whether anybody would hear of it, answered from memory: where nobody listens, nothing is read and nothing is
   * written. An endpoint that was added elsewhere is known as soon as its signal arrives.
   */
  wants(workspaceId: string, type: EventType): boolean
  /**
   * Writes in the caller's transaction what is to be delivered: it is told if, and only if, that commits. Call it
   * before the audit entry, which is the last of a transaction. What nobody wants is left out.
   */
  announce(tx: Tx, events: readonly Announcement[]): Promise<void>
}

/** Whether filters let a type through; no filter lets all through. */
export function isWanted(filters: readonly string[], type: string): boolean {
  if (filters.length === 0) return true
  return filters.includes(type) || filters.includes(`${type.slice(0, type.indexOf('.'))}.*`)
}
