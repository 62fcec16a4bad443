/** What may go wrong with a call. `drop_after` carries it out and cuts the line before the answer. */
export type CallFault =
  | { kind: 'rate_limit'; retryAfter: number }
  | { kind: 'refuse'; error: string; needed?: string }
  /** A proxy in between answers with a page of its own. */
  | { kind: 'page'; status: number }
  | { kind: 'drop_before' }
  | { kind: 'drop_after' }
  | { kind: 'delay'; ms: number }

/** The methods that show something to people. */
export const sendingMethods: readonly string[] = [
  'chat.postMessage',
  'chat.update',
  'chat.startStream',
  'chat.appendStream',
  'chat.stopStream',
  'files.completeUploadExternal',
]

interface Rule {
  fault: CallFault
  methods: readonly string[]
}

/** The faults that still wait for their call; each hits one. */
export class Faults {
  readonly #rules: Rule[] = []

  add(fault: CallFault, ...methods: string[]): void {
    this.#rules.push({ fault, methods: methods.length === 0 ? sendingMethods : methods })
  }

  take(method: string): CallFault | undefined {
    const index = this.#rules.findIndex(({ methods }) => methods.includes(method))
    return index === -1 ? undefined : this.#rules.splice(index, 1)[0]?.fault
  }
}
