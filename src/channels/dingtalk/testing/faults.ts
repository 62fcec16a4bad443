export type SendFault = 'rate_limit' | 'drop_before' | 'drop_after' | 'slow'

/** What waits for the next call that sends, and how the gateway and the stream behave. */
export class Faults {
  #sends: SendFault[] = []
  /** Handshakes that are refused. */
  refusedHandshakes = 0
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

  takeHandshake(): boolean {
    if (this.refusedHandshakes <= 0) return false
    this.refusedHandshakes -= 1
    return true
  }
}
