import type { BarKind, SecretFacts, TokenFacts } from '../facts.ts'
import type { Receipt } from '../token.ts'

/**
 * What this replica knows of tokens: facts, never decisions. It follows the log of all changes, and says by a receipt
 * when the others do.
 *
 *   new -> started (loads, joins the replicas, reads the log once more) -> stopped
 *   started: seeing <-> blind (the log was not read for too long); only while it sees does it answer
 *   whole (every token is here) -> partial (those that were used last), when there are too many
 */
export interface TokenMemory {
  /**
   * At once where it is known, or known not to exist; a promise only where the database must be asked. Throws
   * `token_check_overloaded` when too many wait for that, and `token_log_unseen` when this replica could not see the
   * log for longer than it may go on, and before it was started and after it was stopped.
   */
  find(secret: string): Known | undefined | Promise<Known | undefined>
  /** The same by the SHA-256 of a secret, in hexadecimal; no form can be asked of it, so that an unknown one may cost a query. */
  findByHash(hash: string): Known | undefined | Promise<Known | undefined>
  /** Whether all tokens of a user, a workspace or an agent are out of use, at a time in epoch milliseconds. */
  isBarred(kind: BarKind, id: string, now: number): boolean
  /** Waits until every live replica has followed all that was committed before the call, but not for long. */
  receipt(): Promise<Receipt>
  /** Loads, joins the replicas that follow the log, and follows it. Nothing is accepted before. */
  start(): Promise<void>
  /** Answers nothing more, and leaves them. */
  stop(): Promise<void>
}

export interface Known {
  facts: TokenFacts
  secret: SecretFacts
}
