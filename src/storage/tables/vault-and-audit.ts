import type { Json, Time, OptionalTime, Now } from './columns.ts'

export interface VaultKeysTable {
  id: string
  /** A known text sealed with this key: a wrong master key fails here, before anything else is read. */
  check_value: string
  created_at: Now
  retired_at: OptionalTime
}

export interface AuditEntriesTable {
  seq: number
  id: string
  at: Time
  workspace_id: string | null
  actor_kind: string
  actor_id: string | null
  action: string
  subject_kind: string
  subject_id: string | null
  detail: Json<Record<string, unknown>>
  previous_hash: string
  hash: string
}
