/** What may go wrong with a call. `drop_after` carries it out and cuts the line before the answer. */
export type WechatFault =
  | { kind: 'rate_limit'; seconds?: number }
  | { kind: 'refuse'; ret: number; errmsg: string }
  | { kind: 'drop_before' }
  | { kind: 'drop_after' }
  | { kind: 'slow' }
  /** The line stays open, and nothing comes. */
  | { kind: 'half_open' }
  /** The answer is not what it should be. */
  | { kind: 'says'; status: number; body: string }

/** Faults that wait for a call of their method. */
export class WechatFaults {
  readonly #waiting: { method: string; fault: WechatFault }[] = []

  add(method: string, fault: WechatFault): void {
    this.#waiting.push({ method, fault })
  }

  take(method: string): WechatFault | undefined {
    const index = this.#waiting.findIndex((one) => one.method === method)
    return index === -1 ? undefined : this.#waiting.splice(index, 1)[0]?.fault
  }
}
