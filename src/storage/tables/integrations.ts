import type { ColumnType } from 'kysely'
import type { Json, Now, OptionalTime, Time } from './columns.ts'

export type CredentialType = 'oauth2' | 'api_key' | 'user_password' | 'host_scoped'

/** One account of a person elsewhere, lent to the agent. Secrets are sealed field by field. */
export interface CredentialsTable {
  id: string
  workspace_id: string
  user_id: string
  provider: string
  type: CredentialType
  title: string
  /** `reconnect_required`: the provider does not take its refresh token any more; only the person can mend that. */
  state: ColumnType<
    'active' | 'reconnect_required',
    'active' | 'reconnect_required' | undefined,
    'active' | 'reconnect_required'
  >
  /** The provider's own word for why, such as `invalid_grant`; never its text. */
  state_reason: string | null
  /** Who it is at the provider: a stable id, and what people know it by. */
  account_id: string | null
  account_label: string | null
  /** What was asked for and what was granted; `granted_scopes` null: the provider does not say. */
  asked_scopes: string[]
  granted_scopes: string[] | null
  /** Of `host_scoped`: the rule of hosts to which it may go. */
  host: string | null
  /** Values of the URL's variables that the person chose, such as the host of their GitLab. */
  tenant: Json<Record<string, string>>
  /** What the provider told at connecting and requests need, such as `api_base` or `cloud_id`. */
  learned: Json<Record<string, string>>
  /** With which client it was made: the configured one, or a registered one (oauth_clients). */
  oauth_client_id: string | null
  access_token: string | null
  refresh_token: string | null
  api_key: string | null
  username: string | null
  password: string | null
  /** Names and values of headers, as JSON. */
  headers: string | null
  /** When the secret that is sent stops counting; null: never, or nobody said. */
  expires_at: OptionalTime
  refresh_expires_at: OptionalTime
  /** Grows with every change of a secret: what was read under an older one is stale. */
  version: ColumnType<number, number | undefined, number>
  /** Who refreshes it right now; a fence as with leases, so that whoever was overtaken writes nothing. */
  refresh_owner: string | null
  refresh_fence: ColumnType<number, number | undefined, number>
  refresh_until: OptionalTime
  /** Set before the refresh token is spent and cleared with the answer: a crash in between shows. */
  refresh_spent_at: OptionalTime
  refresh_failures: ColumnType<number, number | undefined, number>
  /** Before it, no refresh is tried. */
  refresh_retry_at: OptionalTime
  /** When an idle one must be refreshed to stay alive; jittered. */
  refresh_due_at: OptionalTime
  last_used_at: OptionalTime
  created_at: Time
  updated_at: Time
}

/**
 * A way to a provider that was begun: who may end it, and with what. Used up by a successful or refused exchange.
 *   live -> used | expired (600 s)
 */
export interface OAuthStatesTable {
  /** Of the state, 256 bits. */
  hash: string
  workspace_id: string
  user_id: string
  provider: string
  /** `external`: the caller ends it with the code; `own`: the provider sends the browser to /oauth/callback. */
  kind: 'external' | 'own'
  /** The API token that began it; null: a signed-in person. */
  api_token_id: string | null
  callback_url: string
  /** Of the cookie of the browser that began it, for `own`. */
  browser_hash: string | null
  /** The connect link by which it was begun. */
  connect_link_hash: string | null
  scopes: string[]
  /** PKCE's verifier, sealed; null where the provider has no place for it. */
  verifier: string | null
  /** The credential that gets more scopes, or is to be connected anew. */
  credential_id: string | null
  tenant: Json<Record<string, string>>
  oauth_client_id: string | null
  /** What the caller wants back at the end. */
  metadata: Json<Record<string, unknown>>
  /** Where the browser goes afterwards: a path of ours. */
  return_to: string | null
  created_at: Time
  expires_at: Time
  /** Whoever ends it holds it until then, so that its code is exchanged once; nobody else may meanwhile. */
  claimed_until: OptionalTime
  used_at: OptionalTime
}

/**
 * A link that a chat shows: only the user for whom it was made can use it.
 *   live -> used (connected) | expired (1800 s)
 */
export interface ConnectLinksTable {
  hash: string
  workspace_id: string
  user_id: string
  provider: string
  scopes: string[]
  credential_id: string | null
  /** The chat identity for which it was made; when that connection ends, the link does. */
  connection_id: string | null
  turn_id: string | null
  agent: string | null
  created_at: Time
  expires_at: Time
  used_at: OptionalTime
}

/** A device that waits for its code to be entered elsewhere (RFC 8628). */
export interface DeviceLoginsTable {
  id: string
  workspace_id: string
  user_id: string
  provider: string
  /** The API token that began it; null: a signed-in person. */
  api_token_id: string | null
  /** Sealed. */
  device_code: string
  scopes: string[]
  credential_id: string | null
  tenant: Json<Record<string, string>>
  oauth_client_id: string | null
  interval_s: number
  /** Before it, nobody asks the provider; also while somebody does. */
  next_poll_at: Time
  created_at: Time
  expires_at: Time
  ended_at: OptionalTime
}

/** A client that Portico registered by itself (RFC 7591). */
export interface OAuthClientsTable {
  id: string
  provider: string
  issuer: string
  client_id: string
  /** Sealed; null for public clients. */
  client_secret: string | null
  redirect_uri: string
  created_at: Now
  expires_at: OptionalTime
}

/**
 * What is still to be taken back at a provider, and the receipt of what was.
 *   pending -> done | failed (the provider refused, or was down for three days) ; impossible: it has no way
 */
export interface RevocationsTable {
  id: string
  workspace_id: string
  user_id: string
  credential_id: string
  provider: string
  title: string
  account_label: string | null
  state: 'pending' | 'done' | 'failed' | 'impossible'
  /** Sealed; null as soon as they are not needed any more. */
  access_token: string | null
  refresh_token: string | null
  tenant: Json<Record<string, string>>
  learned: Json<Record<string, string>>
  oauth_client_id: string | null
  attempts: ColumnType<number, number | undefined, number>
  /** What was called, when, and what came of it: `RevocationStep[]`. */
  receipt: Json<unknown>
  created_at: Time
  finished_at: OptionalTime
}

/**
 * A request that needs the person's word before it is sent with their credential.
 *   pending -> approved -> used ; pending -> denied | expired ; approved -> expired
 */
export interface UseApprovalsTable {
  id: string
  /** What `/approve` takes; unique among a user's live ones. */
  code: string
  workspace_id: string
  user_id: string
  conversation_id: string | null
  turn_id: string | null
  agent: string
  credential_id: string
  provider: string
  method: string
  host: string
  /** As shown: without the query's values. */
  path: string
  /** Of user, agent, credential, method, URL and body: exactly this request was approved. */
  digest: string
  /** As shown; null: the request has none, or it is over. */
  body_preview: string | null
  state: 'pending' | 'approved' | 'denied' | 'used' | 'expired'
  created_at: Time
  expires_at: Time
  decided_at: OptionalTime
  /** `chat` or `console`. */
  decided_in: string | null
}
