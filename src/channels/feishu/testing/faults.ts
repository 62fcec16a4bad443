import { Refusal, rateLimited } from './refusal.ts'

/** What may go wrong with a call. `drop_after` carries it out and cuts the line before the answer. */
export type Fault =
  | { kind: 'rate_limit'; seconds: number }
  | { kind: 'refuse'; code: number; message: string; status?: number }
  | { kind: 'drop_before' }
  | { kind: 'drop_after' }
  | { kind: 'page'; status: number }
  | { kind: 'delay'; ms: number }

export interface FaultRule {
  fault: Fault
  /** Which calls it hits, by method and path such as `POST /open-apis/im/v1/messages`. */
  call: RegExp
  /** How many, 1 unless said. */
  times?: number
}

/** Calls that put a message into a chat. */
export const sends = /^POST \/open-apis\/im\/v1\/messages(\/[^/]+\/reply)?$/

/** The faults that still wait for their call. */
export class Faults {
  #rules: (FaultRule & { times: number })[] = []

  add(rule: FaultRule): void {
    this.#rules.push({ ...rule, times: rule.times ?? 1 })
  }

  take(call: string): Fault | undefined {
    const rule = this.#rules.find((one) => one.call.test(call))
    if (rule === undefined) return undefined
    rule.times -= 1
    this.#rules = this.#rules.filter(({ times }) => times > 0)
    return rule.fault
  }
}

/** The refusal that a fault stands for, if it is one. */
export function refusalBy(fault: Fault | undefined): Refusal | undefined {
  if (fault?.kind === 'rate_limit') return rateLimited(fault.seconds)
  if (fault?.kind === 'refuse') return new Refusal(fault.code, fault.message, fault.status)
  return undefined
}
