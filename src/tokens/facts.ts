import type { Credits, RateLimit } from './token.ts'

/** Facts of a token, as the view `token_facts` makes them. Decisions are never kept, only facts; times are epoch milliseconds. */
export interface TokenFacts {
  id: string
  name: string
  type: string
  environment: 'live' | 'test'
  workspaceId: string
  agent: string | null
  permissions: readonly string[]
  callbackOrigins: readonly string[] | null
  addresses: readonly string[] | null
  metadata: Readonly<Record<string, unknown>>
  limits: readonly RateLimit[]
  credits: Credits | null
  enabled: boolean
  expiresAt: number | null
  revokedAt: number | null
  secrets: readonly SecretFacts[]
  user: UserFacts
  isMember: boolean
}

export interface SecretFacts {
  /** SHA-256, hexadecimal. */
  hash: string
  endsAt: number | null
}

export interface UserFacts {
  id: string
  name: string
  email: string
  /** Shared by all tokens of the user. */
  limits: readonly RateLimit[]
  credits: Credits | null
}

/** An entry of the log: what is so since `rev`. Facts of null: a token is gone, or what was barred no longer is. */
export type LogEntry =
  | { rev: number; kind: 'token'; id: string; facts: TokenFacts | null }
  | { rev: number; kind: BarKind; id: string; facts: { until: number | null } | null }

/** Who may be out of use as a whole: all their tokens with them. */
export type BarKind = 'user' | 'workspace' | 'agent'
