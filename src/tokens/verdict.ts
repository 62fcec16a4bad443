import type { Narrowing } from '../grants/narrowing.ts'
import type { TokenFacts } from './facts.ts'

/** The answer to a check, and the first reason why not, in this order. */
export type VerdictCode =
  | 'VALID'
  | 'NOT_FOUND'
  | 'REVOKED'
  | 'EXPIRED'
  | 'DISABLED'
  | 'WRONG_TYPE'
  | 'WRONG_AGENT'
  | 'ADDRESS_FORBIDDEN'
  | 'INSUFFICIENT_PERMISSIONS'
  | 'RATE_LIMITED'
  | 'CREDITS_USED_UP'

/** What a check wants to know beside whether the token counts at all. */
export interface Ask {
  /** Left out: any. */
  type?: string
  /** A token that is kept to another agent is refused. */
  agent?: string
  permissions?: readonly string[]
  /** Where the request came from. A token with an allow-list is refused where it is not known. */
  address?: string
  /** Only tokens of this workspace exist for whoever asks. */
  workspaceId?: string
  /** Further named limits to count, with a cost each; `requests` counts by itself, at 1 where it is not named. */
  limits?: readonly { name: string; cost: number }[]
  /** How many credits it takes; left out: 1. */
  credits?: number
}

export interface Verdict {
  code: VerdictCode
  /** Absent for NOT_FOUND. Of a derived token its parent, with the permissions, the agent and the end that are left. */
  token?: TokenFacts
  /** What it may do: the token's, or fewer for a derived one. */
  permissions: readonly string[]
  /** When it ends, derived or not; epoch milliseconds. */
  expiresAt: number | null
  /** Of a token that was derived from `token`: by what. */
  narrowed?: Narrowing
  /** For 429: in whole seconds. */
  retryAfterS?: number
  /** The tightest rate limit that was counted. */
  rate?: { name: string; limit: number; remaining: number; resetS: number }
  creditsLeft?: number
}
