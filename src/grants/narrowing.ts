import type { Caveat } from './caveats.ts'

/** What all caveats of a chain leave. Null: as much as what they narrow. */
export interface Narrowing {
  /** When it ends; epoch milliseconds. */
  until: number | null
  permissions: readonly string[] | null
  /** Of which providers' credentials may be used. */
  providers: readonly string[] | null
  /** By which HTTP methods, in upper case. */
  methods: readonly string[] | null
  agent: string | null
  /** Made up by whoever narrowed it, from the first to the last; for records only. */
  names: readonly string[]
  /** All of them are charged for a request. */
  budgets: readonly Budget[]
}

/** How many requests may be sent with people's credentials by one link of a chain and all that is made of it. */
export interface Budget {
  key: string
  calls: number
  /** Until when the count matters, in epoch milliseconds; null: always. */
  until: number | null
}

export const unnarrowed: Narrowing = {
  until: null,
  permissions: null,
  providers: null,
  methods: null,
  agent: null,
  names: [],
  budgets: [],
}

/** By one caveat more; undefined where nothing is left, since it is kept to two agents. `key` names the link. */
export function narrowedBy(before: Narrowing, caveat: Caveat, key: string): Narrowing | undefined {
  const { agent = before.agent, calls, name } = caveat
  if (before.agent !== null && agent !== before.agent) return undefined
  const until = earlier(before.until, caveat.until === undefined ? null : caveat.until * 1_000)
  return {
    until,
    permissions:
      caveat.permissions === undefined
        ? before.permissions
        : permissionsOfBoth(before.permissions, caveat.permissions),
    providers: ofBoth(before.providers, caveat.providers ?? null),
    methods: ofBoth(before.methods, caveat.methods?.map((method) => method.toUpperCase()) ?? null),
    agent,
    names: name === undefined ? before.names : [...before.names, name],
    budgets: calls === undefined ? before.budgets : [...before.budgets, { key, calls, until }],
  }
}

/** The earlier of two ends, where null is never. */
export function earlier(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other
  return Math.min(one, other)
}

/** Where null is all. */
export function ofBoth(
  one: readonly string[] | null,
  other: readonly string[] | null,
): readonly string[] | null {
  if (one === null || other === null) return one ?? other
  return one.filter((value) => other.includes(value))
}

/** What both give, by `permits`. Where one gives `documents:*` and the other `documents:read`, that is the latter. */
export function permissionsOfBoth(
  one: readonly string[] | null,
  other: readonly string[],
): readonly string[] {
  if (one === null) return other
  return [
    ...new Set([
      ...one.filter((permission) => permits(other, permission)),
      ...other.filter((permission) => permits(one, permission)),
    ]),
  ]
}

/** `documents:*` gives every permission that begins so. */
export function permits(given: readonly string[], wanted: string): boolean {
  if (given.includes(wanted)) return true
  return given.some((one) => one.endsWith('*') && wanted.startsWith(one.slice(0, -1)))
}
