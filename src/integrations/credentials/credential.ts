import type { CredentialType } from '../../storage/tables/integrations.ts'

export type { CredentialType }

/** Whose something is. */
export interface Owner {
  workspaceId: string
  userId: string
}

/** A credential as people see it: never a secret. */
export interface Credential extends Owner {
  id: string
  provider: string
  type: CredentialType
  title: string
  /** `expired`: its time is over and nothing can renew it. */
  status: 'active' | 'expired' | 'reconnect_required'
  statusReason: string | null
  account: { id: string; label: string } | null
  askedScopes: readonly string[]
  /** Null: the provider does not say what it granted. */
  grantedScopes: readonly string[] | null
  host: string | null
  tenant: Readonly<Record<string, string>>
  expiresAt: Date | null
  lastUsedAt: Date | null
  createdAt: Date
}

/** One with its secrets opened: only what sends it to its provider holds this, and for no longer than it takes. */
export interface OpenCredential extends Credential {
  version: number
  learned: Readonly<Record<string, string>>
  secret: OpenSecret
}

export type OpenSecret =
  | { type: 'oauth2'; accessToken: string }
  | { type: 'api_key'; apiKey: string }
  | { type: 'user_password'; username: string; password: string }
  | { type: 'host_scoped'; headers: Readonly<Record<string, string>> }

/** What somebody wants to do with a credential. */
export interface Need extends Owner {
  provider: string
  /** A certain one; otherwise the one that was connected last, and for `host_scoped` the one whose rule fits best. */
  credentialId?: string
  /** Where the request goes, for host rules. */
  url?: URL
  /** What it needs; a credential that was granted less does not do. */
  scopes?: readonly string[]
}

/** Nothing is wrong with the request; the person must act first. */
export type Found =
  | { kind: 'found'; credential: OpenCredential }
  | { kind: 'connect_required'; missingScopes: readonly string[]; credentialId: string | null }
  | { kind: 'reconnect_required'; credentialId: string }
  /** The provider does not renew it just now, and the old one is over. */
  | { kind: 'unavailable'; retryAfterMs: number }

/**
 * How the proxy gets at credentials. What was read is kept in memory until anything of the user's credentials changes
 * (signal `credentials`), at most for a minute, and not at all while signals are down.
 */
export interface CredentialUse {
  /** Refreshes first where the access token is over, or nearly. */
  find(need: Need): Promise<Found>
  /** The provider did not take `version`: refreshes, unless somebody has done so since. */
  renew(need: Need, rejected: OpenCredential): Promise<Found>
  /** Counts a use; written in batches. */
  used(credentialId: string): void
}
