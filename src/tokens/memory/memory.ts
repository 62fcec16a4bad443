import { hashOf } from '../../lib/hash-of.ts'
import type { BarKind, SecretFacts, TokenFacts } from '../facts.ts'
import type { Receipt } from '../token.ts'

/**
 * What this replica knows of tokens: facts, never decisions. It follows the log of all changes, and says by a receipt
 * when the others do.
 */
export interface TokenMemory {
  /**
   * At once where it is known, or known not to exist; a promise only where the database must be asked. Throws
   * `token_check_overloaded` when too many wait for that, and `token_log_unseen` when this replica could not see the
   * log for longer than it may go on.
   */
  find(hash: string): Known | undefined | Promise<Known | undefined>
  /** Whether all tokens of a user, a workspace or an agent are out of use, at a time in epoch milliseconds. */
  isBarred(kind: BarKind, id: string, now: number): boolean
  /** Waits until every live replica has followed all that was committed before the call. */
  receipt(): Promise<Receipt>
  /** Loads, joins the replicas that follow the log, and follows it. Nothing is accepted before. */
  start(): Promise<void>
  /** Leaves them. */
  stop(): Promise<void>
}

export interface Known {
  facts: TokenFacts
  secret: SecretFacts
}

/** How a secret is looked up. */
export { hashOf }
