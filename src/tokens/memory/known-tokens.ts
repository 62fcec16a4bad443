import { LRUCache } from 'lru-cache'
import type { BarKind, LogEntry, TokenFacts } from '../facts.ts'
import { Fence, type Load } from './fence.ts'
import type { Known } from './memory.ts'
import { Shelf, type Held } from './shelf.ts'

/** How many secrets that do not exist are known as such at most, where not every token is here. */
const absentLimit = 50_000

type Bars = Readonly<Record<BarKind, Map<string, number | null>>>

/** What the database said of one secret, and the revision at which that was so. */
export interface Answer {
  rev: number
  facts: TokenFacts | null
}

/**
 * What is known of tokens, each fact with the revision at which it was true; the newer one wins. Whole: what is not here
 * does not exist. Partial: it must be asked for.
 */
export class KnownTokens {
  readonly #limit: number
  readonly #fence = new Fence()
  #absent: LRUCache<string, number> | undefined
  #shelf = new Shelf()
  #bars = noBars()
  #isWhole = true
  /** Answers from before the last reload may have missed what only that one saw. */
  #reloadedAt = 0
  #applied = 0
  #hasImported = false

  constructor(limit: number) {
    this.#limit = limit
  }

  /** The revision up to which all is known that happened. */
  get applied(): number {
    return this.#applied
  }

  get isWhole(): boolean {
    return this.#isWhole
  }

  /** Whether there may be tokens that were made elsewhere, so that no text can be refused by its form. */
  get hasImported(): boolean {
    return this.#hasImported
  }

  get size(): number {
    return this.#shelf.size
  }

  get(hash: string): Known | undefined {
    return this.#shelf.get(hash)
  }

  isAbsent(hash: string): boolean {
    return this.#isWhole || this.#absent?.get(hash) !== undefined
  }

  isBarred(kind: BarKind, id: string, now: number): boolean {
    const until = this.#bars[kind].get(id)
    return until !== undefined && (until === null || until > now)
  }

  /** Takes the place of all that was known. */
  replace({ rev, shelf, bars, isWhole, hasImported }: Snapshot): void {
    this.#shelf = shelf
    this.#bars = bars
    this.#isWhole = isWhole
    this.#hasImported = hasImported
    this.#absent = isWhole ? undefined : this.#noneAbsent()
    this.#reloadedAt = rev
    this.#applied = rev
  }

  /** All entries of the log after `applied` and up to `rev`, in their order. */
  apply(rev: number, entries: readonly LogEntry[], hasImported: boolean): void {
    this.#hasImported ||= hasImported
    for (const entry of entries) {
      if (entry.kind === 'token') this.#applyToken(entry)
      else if (entry.facts === null) this.#bars[entry.kind].delete(entry.id)
      else this.#bars[entry.kind].set(entry.id, entry.facts.until)
    }
    this.#applied = rev
    if (this.#isWhole && this.#shelf.size > this.#limit) this.#becomePartial()
  }

  #applyToken({ rev, id, facts }: LogEntry & { kind: 'token' }): void {
    const held = this.#shelf.held(id)
    this.#fence.mark(id, rev)
    for (const { hash } of held?.facts.secrets ?? []) this.#fence.mark(hash, rev)
    for (const { hash } of facts?.secrets ?? []) {
      this.#fence.mark(hash, rev)
      if ((this.#absent?.peek(hash) ?? rev) < rev) this.#absent?.delete(hash)
    }
    if (held !== undefined && held.rev >= rev) return
    if (facts === null) this.#shelf.remove(id)
    else if (this.#isWhole || held !== undefined) this.#shelf.put(facts, rev)
  }

  /** A question to the database begins. */
  begin(): Load {
    return this.#fence.begin()
  }

  /** It was not answered. */
  abandon(load: Load): void {
    this.#fence.end(load)
  }

  /** Takes what the database said of a secret. `late`: that was overtaken, and must be asked again. */
  settle(load: Load, hash: string, { rev, facts }: Answer): Known | undefined | 'late' {
    const keys = [hash, ...(facts === null ? [] : [facts.id, ...facts.secrets.map((one) => one.hash)])]
    const isLate = rev < this.#reloadedAt || this.#fence.isLate(rev, keys)
    this.#fence.end(load)
    if (isLate) return 'late'
    return facts === null ? this.#settleAbsent(hash, rev) : this.#settleFound(hash, facts, rev)
  }

  #settleAbsent(hash: string, rev: number): Known | undefined {
    const known = this.#shelf.get(hash)
    const held = known && this.#shelf.held(known.facts.id)
    if (held !== undefined && held.rev > rev) return known
    if (held !== undefined) this.#shelf.remove(held.facts.id)
    this.#absent?.set(hash, rev)
    return undefined
  }

  #settleFound(hash: string, facts: TokenFacts, rev: number): Known | undefined {
    const held = this.#shelf.held(facts.id)
    if (held !== undefined && held.rev > rev) return knownOf(held.facts, hash)
    this.#shelf.put(facts, rev)
    for (const secret of facts.secrets) this.#absent?.delete(secret.hash)
    return knownOf(facts, hash)
  }

  /** Lets go of tokens that ended before a time; nobody asks for them. */
  forgetEnded(before: number): void {
    if (!this.#isWhole) return
    const ended = ({ facts: { revokedAt, expiresAt } }: Held) =>
      Math.min(revokedAt ?? Infinity, expiresAt ?? Infinity) < before
    for (const held of [...this.#shelf.tokens()].filter(ended)) this.#shelf.remove(held.facts.id)
  }

  #becomePartial(): void {
    const shelf = new Shelf(this.#limit)
    for (const { facts, rev } of this.#shelf.tokens()) shelf.put(facts, rev)
    this.#shelf = shelf
    this.#isWhole = false
    this.#absent = this.#noneAbsent()
  }

  #noneAbsent(): LRUCache<string, number> {
    return new LRUCache({ max: Math.min(absentLimit, 4 * this.#limit) })
  }
}

/** All that is known at a revision. */
export interface Snapshot {
  rev: number
  shelf: Shelf
  bars: Bars
  isWhole: boolean
  hasImported: boolean
}

export function noBars(): Bars {
  return { user: new Map(), workspace: new Map(), agent: new Map() }
}

function knownOf(facts: TokenFacts, hash: string): Known | undefined {
  const secret = facts.secrets.find((one) => one.hash === hash)
  return secret && { facts, secret }
}
