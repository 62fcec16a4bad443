import type { Selectable } from 'kysely'
import type { WebhookEndpointsTable } from '../storage/tables/webhooks.ts'

/** An address of the application that is told of events; its secrets are never among this. */
export interface WebhookEndpoint {
  id: string
  workspaceId: string
  url: string
  description: string
  /** Types and groups; empty: everything. */
  events: string[]
  enabled: boolean
  /** Why it is not enabled. */
  disabledReason: DisabledReason | null
  /** Since when every try failed; null where the last one did not. */
  failingSince: Date | null
  createdAt: Date
  updatedAt: Date
}

/** `gone`: it answered 410. `failing`: nothing was delivered for five days. */
export type DisabledReason = 'administrator' | 'gone' | 'failing'

export interface EndpointChange {
  url?: string
  description?: string
  events?: readonly string[]
  enabled?: boolean
}

export type EndpointRow = Selectable<WebhookEndpointsTable>

export function endpointOf(row: Omit<EndpointRow, 'secrets'>): WebhookEndpoint {
  return {
    id: row.id,
    workspaceId: row.workspace_id,
    url: row.url,
    description: row.description,
    events: row.events,
    enabled: row.disabled_at === null,
    disabledReason: row.disabled_reason as DisabledReason | null,
    failingSince: row.failing_since,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
