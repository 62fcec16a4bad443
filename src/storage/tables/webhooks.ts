import type { Generated } from 'kysely'
import type { Time, OptionalTime, Now } from './columns.ts'

/** An address of the application that is told of events. */
export interface WebhookEndpointsTable {
  id: string
  workspace_id: string
  url: string
  description: string
  /** Types, or groups of them such as `connection.*`; empty: all. */
  events: string[]
  /** Signing secrets as one sealed JSON array, the newest first, bound to this row. */
  secrets: string
  created_by: string | null
  created_at: Now
  updated_at: Now
  disabled_at: OptionalTime
  disabled_reason: string | null
  failing_since: OptionalTime
}

/** What happened, as every endpoint is told it. */
export interface WebhookMessagesTable {
  id: string
  workspace_id: string
  type: string
  /** JSON text: signed as it stands. */
  body: string
  created_at: Now
}

/** One try to deliver a message to an endpoint. */
export interface WebhookAttemptsTable {
  /** Grows; pages of the log end at one. */
  id: Generated<number>
  message_id: string
  endpoint_id: string
  attempt: number
  state: 'delivered' | 'retrying' | 'failed'
  /** HTTP. */
  status: number | null
  /** A code, for programs. */
  error: string | null
  /** The beginning of what an endpoint said that refused, cleaned, for people. */
  excerpt: string | null
  duration_ms: number
  at: Time
  next_at: OptionalTime
}
