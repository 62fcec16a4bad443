import type { SteadyClock } from './steady-clock.ts'

/**
 * How old a sign of life may be for a receipt to wait for a replica. Nobody is blind sooner than that: whoever is waited
 * for may answer.
 */
export const aliveMs = 3_000

/**
 * Whether this replica knows the log well enough to answer.
 *
 * A receipt counts on this: a replica that it leaves out, because the table saw it last more than `blindMs` and
 * `marginOf(blindMs)` ago, accepts nothing that was revoked before the receipt was asked for. Let a beat be the commit
 * that writes `seen_at`. Each look ends at `beganAt + blindMs`, where `beganAt` is when the last beat that was committed
 * BEFORE the reading of the log began was sent. Take any look of that replica, and the receipt's reading of the table:
 *  - it saw that beat or a later one: then `seen_at >= beganAt`, so the look ended before the replica was left out;
 *  - it did not: then the beat was committed after the receipt's reading, and so after the revocation, and the reading of
 *    the log that began after the beat has found it.
 * So a reading alone never prolongs sight, and who was blind sees only after a beat and a reading, in this order.
 * The margin is for clocks that run at different speeds, and for beats of the last moment that a database forgets when it
 * crashes: they do not wait for its disk.
 */
export class Sight {
  readonly #now: SteadyClock
  readonly #blindMs: number
  #until = -Infinity
  #isClosed = false

  constructor(now: SteadyClock, blindMs: number) {
    this.#now = now
    this.#blindMs = blindMs
  }

  /** By this replica's clock, at this moment: a process that was held up knows before it answers. */
  get isLost(): boolean {
    return this.#now() >= this.#until
  }

  /** The log was read, after a beat that was sent at `beganAt`. */
  seen(beganAt: number): void {
    if (!this.#isClosed) this.#until = Math.max(this.#until, beganAt + this.#blindMs)
  }

  /** For good. */
  close(): void {
    this.#isClosed = true
    this.#until = -Infinity
  }
}

/** How long a replica really goes on that is set to go on for `blindMs`. */
export function blindAfter(blindMs: number): number {
  return Math.max(blindMs, aliveMs)
}

/** By how much two clocks may have gone apart in that time. */
export function marginOf(blindMs: number): number {
  return 2_000 + blindMs / 100
}
