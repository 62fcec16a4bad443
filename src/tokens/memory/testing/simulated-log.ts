import type { BarKind, LogEntry, TokenFacts } from '../../facts.ts'
import { noBars, type Answer, type Snapshot } from '../known-tokens.ts'
import type { LogPart } from '../read-log.ts'
import { Shelf } from '../shelf.ts'
import { factsOf } from './facts.ts'

/** The tables as they are and were, for schedules that no real database could be driven through. */
export class SimulatedLog {
  rev = 0
  #entries: LogEntry[] = []
  #trimmed = 0
  readonly #tokens = new Map<string, TokenFacts>()
  readonly #banned = new Set<string>()
  /** All that was ever so of a token or a user: from which revision on. */
  readonly #history = new Map<string, { rev: number; state: string }[]>()

  readonly ids: string[] = []

  create(): void {
    const id = `tok_${this.ids.length}`
    this.ids.push(id)
    this.#commit(id, factsOf(id, { secrets: [{ hash: `${id} 0`, endsAt: null }] }))
  }

  revoke(id: string): void {
    const facts = this.#tokens.get(id)
    if (facts !== undefined) this.#commit(id, { ...facts, revokedAt: this.rev })
  }

  rotate(id: string): void {
    const facts = this.#tokens.get(id)
    if (facts === undefined) return
    const [newest] = facts.secrets
    const next = Number(newest?.hash.split(' ')[1] ?? 0) + 1
    const secrets = [{ hash: `${id} ${next}`, endsAt: null }, ...facts.secrets.slice(0, 1)]
    this.#commit(id, { ...facts, secrets })
  }

  delete(id: string): void {
    if (this.#tokens.has(id)) this.#commit(id, null)
  }

  ban(id: string): void {
    const isBanned = !this.#banned.delete(id)
    if (isBanned) this.#banned.add(id)
    this.rev++
    this.#entries.push({ rev: this.rev, kind: 'user', id, facts: isBanned ? { until: null } : null })
    this.#note(id, isBanned ? 'barred' : 'free')
  }

  trim(): void {
    this.#trimmed = this.rev
    this.#entries = []
  }

  /** Whether something was so at one moment or another since a revision. */
  wasSoSince(key: string, state: string, since: number): boolean {
    const history = this.#history.get(key) ?? []
    const first = { rev: 0, state: this.#first(key) }
    return [first, ...history].some(
      (one, index, all) => one.state === state && (all[index + 1]?.rev ?? Infinity) > since,
    )
  }

  loadOne(hash: string): Answer {
    const facts = this.#tokens.get(hash.split(' ')[0] ?? '')
    const isThere = facts?.secrets.some((one) => one.hash === hash) === true
    return { rev: this.rev, facts: isThere ? facts : null }
  }

  loadAll(limit: number): Snapshot {
    const isWhole = this.#tokens.size <= limit
    const shelf = isWhole ? new Shelf() : new Shelf(limit)
    if (isWhole) for (const facts of this.#tokens.values()) shelf.put(facts, this.rev)
    const bars = noBars()
    for (const id of this.#banned) bars['user' satisfies BarKind].set(id, null)
    return { rev: this.rev, shelf, bars, isWhole, hasImported: false }
  }

  readLog(from: number): LogPart | undefined {
    if (from < this.#trimmed) return undefined
    const entries = this.#entries.filter((entry) => entry.rev > from)
    return { from, to: this.rev, current: this.rev, entries, hasImported: false }
  }

  #commit(id: string, facts: TokenFacts | null): void {
    this.rev++
    // The state of a token is told by the revision that made it.
    const named = facts && { ...facts, name: `${this.rev}` }
    const before = this.#tokens.get(id)
    if (named === null) this.#tokens.delete(id)
    else this.#tokens.set(id, named)
    this.#entries.push({ rev: this.rev, kind: 'token', id, facts: named })
    for (const { hash } of before?.secrets ?? []) this.#note(hash, 'absent')
    for (const { hash } of named?.secrets ?? []) this.#note(hash, named?.name ?? '')
  }

  #note(key: string, state: string): void {
    const history = this.#history.get(key) ?? []
    if (history.at(-1)?.rev === this.rev) history.pop()
    this.#history.set(key, [...history, { rev: this.rev, state }])
  }

  #first(key: string): string {
    return key.startsWith('tok_') ? 'absent' : 'free'
  }
}
