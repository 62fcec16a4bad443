import { setTimeout as wait } from 'node:timers/promises'

/** What may go wrong with a call. `drop_after` carries it out and cuts the line before the answer. */
export type Fault =
  | { kind: 'rate_limit'; retryAfter: number }
  | { kind: 'refuse'; status: number; code: number; message: string }
  /** A proxy in between answers with a page of its own. */
  | { kind: 'page'; status: number }
  | { kind: 'drop_before' | 'drop_after' }
  | { kind: 'delay'; ms: number }

/** Calls that a fault can be for, as `METHOD /path` without the version. */
export const calls = {
  send: /^POST \/channels\/\d+\/messages$/,
  gateway: /^GET \/gateway\/bot$/,
  any: /./,
}

/** The faults that still wait for their call. */
export class Faults {
  readonly #waiting: { call: RegExp; fault: Fault }[] = []

  add(call: RegExp, fault: Fault): void {
    this.#waiting.push({ call, fault })
  }

  take(call: string): Fault | undefined {
    const index = this.#waiting.findIndex((one) => one.call.test(call))
    return index === -1 ? undefined : this.#waiting.splice(index, 1)[0]?.fault
  }
}

export async function delayBy(fault: Fault | undefined): Promise<void> {
  if (fault?.kind === 'delay') await wait(fault.ms)
}
