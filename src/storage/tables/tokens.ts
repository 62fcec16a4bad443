import type { Defaulted, Json, Now, OptionalJson, OptionalTime, Time } from './columns.ts'

/** Every change is logged by a trigger for all replicas, with what `token_facts` says of it then. */
export interface ApiTokensTable {
  id: string
  workspace_id: string
  user_id: string
  name: string
  type: Defaulted<string>
  environment: Defaulted<'live' | 'test'>
  /** The agent that it is kept to; null: all. */
  agent: string | null | undefined
  permissions: string[]
  /** Narrow the deployment's `integrations.callback_origins`; null: all of those. */
  callback_origins: string[] | null
  enabled: Defaulted<boolean>
  limits: OptionalJson<unknown>
  credits: OptionalJson<unknown>
  /** CIDR ranges from which it may be used; null: from anywhere. */
  addresses: string[] | null | undefined
  metadata: OptionalJson<unknown>
  imported: Defaulted<boolean>
  prefix: string
  created_at: Time
  expires_at: OptionalTime
  revoked_at: OptionalTime
}

/** The secrets of a token: one, or two while a rotation overlaps. */
export interface ApiTokenSecretsTable {
  hash: string
  token_id: string
  last_four: string
  /** Sealed; by it children of the secret are known. Null for what was imported. */
  derivation_key: string | null
  created_at: Time
  ends_at: OptionalTime
  last_used_at: OptionalTime
}

/** What all tokens of a user share. */
export interface UserLimitsTable {
  user_id: string
  limits: Json<unknown>
  credits: OptionalJson<unknown>
}

export interface DisabledAgentsTable {
  name: string
  disabled_at: Time
  disabled_by: string | null
}

export interface ApiTokenUsesTable {
  token_id: string
  uses: string | number
  refusals: string | number
}

export interface ApiTokenMinutesTable {
  token_id: string
  minute: Time
  uses: number
  refusals: number
}

/** The last batch of counts of each process that writes them, so that none counts twice. */
export interface ApiTokenUseWritersTable {
  writer: string
  batch: string | number
  seen_at: Now
}

/** What was taken of a counted allowance in its period, by all replicas. */
export interface TokenAllowancesTable {
  owner: string
  name: string
  period: Time
  /** When nothing depends on it any more; null: as long as its owner is there. */
  ends: OptionalTime
  used: string | number
}

/** The replicas that check tokens, and how far each has followed the log. */
export interface TokenReplicasTable {
  replica: string
  applied: string | number
  /** For how long it goes on after it was seen last. */
  blind_ms: Defaulted<number>
  started_at: Now
  seen_at: Now
}

/** One row or none: how many changes there were. */
export interface TokenRevisionTable {
  single: Defaulted<boolean>
  rev: string | number
}

export interface TokenLogTable {
  rev: string | number
  kind: 'token' | 'user' | 'workspace' | 'agent'
  id: string
  facts: OptionalJson<unknown>
  at: Now
}

/** A view: what a check must know of a token. */
export interface TokenFactsView {
  id: string
  revoked_at: OptionalTime
  expires_at: OptionalTime
  facts: Json<unknown>
}

/** By which tokens that were made here are told from others, without a query. */
export interface TokenCheckKeysTable {
  id: string
  /** Sealed. */
  secret: string
}
