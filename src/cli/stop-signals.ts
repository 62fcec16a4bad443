/** SIGTERM and SIGINT: the first one resolves `first`, the second one ends the process where it stands. */
export class StopSignals {
  readonly first: Promise<NodeJS.Signals>
  readonly #listener: (signal: NodeJS.Signals) => void

  constructor() {
    const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>()
    this.first = promise
    let isStopping = false
    this.#listener = (signal) => {
      if (isStopping) process.exit(1)
      isStopping = true
      resolve(signal)
    }
    process.on('SIGTERM', this.#listener).on('SIGINT', this.#listener)
  }

  dispose(): void {
    process.off('SIGTERM', this.#listener).off('SIGINT', this.#listener)
  }
}
