/**
 * Leases: exactly one replica does a thing (holds a bot's connection, cleans up). A lease is a row with an
 * owner, a fence that grows with every change of owner, and an expiry by the database's clock. A lease that was
 * released is told on the topic `leases` with its name as payload.
 */
export interface Leases {
  /** Takes a free or expired lease; undefined while another owner holds it. Renews by itself until released. */
  acquire(name: string): Promise<Lease | undefined>
  /** Releases all; another replica may take over at once. */
  stop(): Promise<void>
}

export interface Lease {
  name: string
  fence: number
  /** Aborts when the lease could not be renewed in time: whoever relies on it stops at once. */
  lost: AbortSignal
  release(): Promise<void>
}
