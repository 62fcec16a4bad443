export type SendFault = 'rate_limit' | 'drop_before' | 'drop_after' | 'slow'

/** What waits for the next call that sends, and how a platform that bots connect to behaves. */
export class Faults {
  #sends: SendFault[] = []
  /** Connections that are refused. */
  refusedConnections = 0
  /** Messages are held back until there are two, which change places. */
  isReordering = false
  /** The credentials are no longer accepted. */
  isRevoked = false

  addSend(fault: SendFault): void {
    this.#sends.push(fault)
  }

  takeSend(): SendFault | undefined {
    return this.#sends.shift()
  }

  takeConnection(): boolean {
    if (this.refusedConnections <= 0) return false
    this.refusedConnections -= 1
    return true
  }
}
