import { Refusal, tooManyRequests } from './refusal.ts'

/** What may go wrong with a call. `drop_after` carries it out and cuts the line before the answer. */
export type Fault =
  | { kind: 'rate_limit'; retryAfter: number }
  | { kind: 'refuse'; status: number; description: string }
  /** A proxy in between answers with a page of its own. */
  | { kind: 'page'; status: number }
  /** The answer breaks off. */
  | { kind: 'garbage' }
  | { kind: 'drop_before' }
  | { kind: 'drop_after' }
  | { kind: 'delay'; ms: number }

export interface FaultRule {
  fault: Fault
  /** `send*` means every method that begins so. */
  method?: string
  token?: string
  /** How many calls it hits, 1 unless said. */
  times?: number
  /** How many matching calls pass before the first hit. */
  skip?: number
}

type ArmedRule = FaultRule & { times: number; skip: number }

/** The faults that still wait for their call. */
export class Faults {
  #rules: ArmedRule[] = []
  readonly #holds = new Map<string, Promise<void>>()

  add(rule: FaultRule): void {
    this.#rules.push({ ...rule, times: rule.times ?? 1, skip: rule.skip ?? 0 })
  }

  clear(): void {
    this.#rules = []
  }

  take(token: string, method: string): Fault | undefined {
    const rule = this.#rules.find((one) => matches(one, token, method))
    if (rule === undefined) return undefined
    if (rule.skip > 0) {
      rule.skip -= 1
      return undefined
    }
    rule.times -= 1
    this.#rules = this.#rules.filter(({ times }) => times > 0)
    return rule.fault
  }

  /** Calls of a method get no answer until the returned function is called; they are carried out then. */
  hold(method: string): () => void {
    const { promise, resolve } = Promise.withResolvers<undefined>()
    this.#holds.set(method, promise)
    return () => {
      this.#holds.delete(method)
      resolve(undefined)
    }
  }

  held(method: string): Promise<void> | undefined {
    return this.#holds.get(method)
  }
}

/** The refusal that a fault stands for, if it is one. */
export function refusalBy(fault: Fault | undefined): Refusal | undefined {
  if (fault?.kind === 'rate_limit') return tooManyRequests(fault.retryAfter)
  if (fault?.kind === 'refuse') return new Refusal(fault.status, fault.description)
  return undefined
}

function matches(rule: FaultRule, token: string, method: string): boolean {
  if ((rule.token ?? token) !== token) return false
  const wanted = (rule.method ?? method).toLowerCase()
  const called = method.toLowerCase()
  return wanted.endsWith('*') ? called.startsWith(wanted.slice(0, -1)) : called === wanted
}
