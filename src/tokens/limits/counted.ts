/** One limit in one check: what it costs there, and whether there is room for that. */
export interface Counted {
  kind: 'rate' | 'credits'
  name: string
  amount: number
  /** `unknown`: only the database can say, after `ask`. */
  look(now: number): 'room' | 'reached' | 'unknown'
  /** Takes a portion for this and all who wait for one; rejects where the database is not there. */
  ask(): Promise<void>
  /** Only where `look` has just found room. */
  count(now: number): void
  /** As far as this replica knows. */
  left(now: number): number
  /** Milliseconds until all of it is there again, or until there is room; undefined: never by itself. */
  resetMs(now: number): number | undefined
  waitMs(now: number): number | undefined
}
