/** How often tokens are used, kept in memory and written in batches: no check waits for it. */
export interface TokenUsage {
  /** A check that was accepted, by one of the token's secrets. */
  used(tokenId: string, hash: string, now: number): void
  /** A check of a known token that was refused. */
  refused(tokenId: string, now: number): void
  /** Writes what is noted, and stops. Rejects where that cannot be written. */
  stop(): Promise<void>
}
