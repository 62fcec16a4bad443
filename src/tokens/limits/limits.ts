import type { TokenFacts } from '../facts.ts'
import type { Ask, Verdict } from '../verdict.ts'

/** Counts what tokens may use: rates in each replica or by all of them, credits always by all. */
export interface TokenLimits {
  /**
   * Counts one check of a token and of its user, or nothing at all when one of the limits is reached. A promise only
   * where a portion must be taken from the database. A limit that only the ask names is passed over. Throws
   * `token_limits_unavailable` where the database is not there, and RangeError for a cost that is no whole number.
   */
  take(token: TokenFacts, ask: Ask, now: number): Taken | Promise<Taken>
  /** Gives back what was taken and not used. */
  stop(): Promise<void>
}

export type Taken = Pick<Verdict, 'rate' | 'creditsLeft' | 'retryAfterS'> & {
  code: 'VALID' | 'RATE_LIMITED' | 'CREDITS_USED_UP'
}
