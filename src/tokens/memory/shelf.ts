import { LRUCache } from 'lru-cache'
import type { TokenFacts } from '../facts.ts'
import type { Known } from './memory.ts'

/** A token that is held, as it was at a revision. */
export interface Held {
  facts: TokenFacts
  rev: number
  /** How many of its secrets are still on the shelf. */
  secrets: number
}

/** Tokens by the hashes of their secrets: as many as come, or those that were used last. */
export class Shelf {
  readonly #byHash: Map<string, Known> | LRUCache<string, Known>
  readonly #held = new Map<string, Held>()

  /** Left out: without a limit. */
  constructor(limit?: number) {
    this.#byHash =
      limit === undefined
        ? new Map()
        : new LRUCache({
            max: limit,
            dispose: (known, _, reason) => {
              if (reason === 'evict') this.#forget(known)
            },
          })
  }

  get size(): number {
    return this.#held.size
  }

  get(hash: string): Known | undefined {
    return this.#byHash.get(hash)
  }

  held(id: string): Held | undefined {
    return this.#held.get(id)
  }

  tokens(): Iterable<Held> {
    return this.#held.values()
  }

  put(facts: TokenFacts, rev: number): void {
    this.remove(facts.id)
    const held = { facts, rev, secrets: 0 }
    this.#held.set(facts.id, held)
    for (const secret of facts.secrets) {
      held.secrets++
      this.#byHash.set(secret.hash, { facts, secret })
    }
  }

  remove(id: string): void {
    const held = this.#held.get(id)
    if (held === undefined) return
    this.#held.delete(id)
    for (const { hash } of held.facts.secrets) {
      // A secret belongs to one token only, but another may have got it since.
      if (this.#byHash.get(hash)?.facts.id === id) this.#byHash.delete(hash)
    }
  }

  #forget({ facts }: Known): void {
    const held = this.#held.get(facts.id)
    if (held?.facts !== facts) return
    held.secrets--
    if (held.secrets === 0) this.#held.delete(facts.id)
  }
}
