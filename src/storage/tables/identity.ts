import type { Time, OptionalTime, Now } from './columns.ts'

export interface UsersTable {
  id: string
  name: string
  email: string
  email_verified: boolean
  image: string | null
  role: string
  banned: boolean | null
  ban_reason: string | null
  ban_expires: OptionalTime
  created_at: Now
  updated_at: Now
}

export interface SessionsTable {
  id: string
  user_id: string
  token: string
  expires_at: Time
  ip_address: string | null
  user_agent: string | null
  impersonated_by: string | null
  created_at: Now
  updated_at: Now
}

/** How a user proves who they are: a password (provider_id `credential`) or an outside issuer's subject. */
export interface AccountsTable {
  id: string
  user_id: string
  provider_id: string
  account_id: string
  password: string | null
  access_token: string | null
  refresh_token: string | null
  id_token: string | null
  access_token_expires_at: OptionalTime
  refresh_token_expires_at: OptionalTime
  scope: string | null
  created_at: Now
  updated_at: Now
}

export interface VerificationsTable {
  id: string
  identifier: string
  value: string
  expires_at: Time
  created_at: Now
  updated_at: Now
}

export interface WorkspacesTable {
  id: string
  name: string
  disabled_at: OptionalTime
  created_at: Now
}

export interface WorkspaceMembersTable {
  workspace_id: string
  user_id: string
  role: 'admin' | 'member'
  created_at: Now
}

export interface InvitationsTable {
  id: string
  workspace_id: string
  email: string
  role: 'admin' | 'member'
  token_hash: string
  invited_by: string
  expires_at: Time
  accepted_at: OptionalTime
  created_at: Now
}
