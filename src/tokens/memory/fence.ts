/** A question to the database that is under way. */
export interface Load {
  readonly begun: number
}

/**
 * Keeps late answers out: what the log said while a load was under way is kept for as long as the load is, so that an
 * answer from before is known as such.
 */
export class Fence {
  // Both in the order in which they were put in.
  readonly #loads = new Set<Load>()
  readonly #marks = new Map<string, { rev: number; made: number }>()
  #time = 0

  /** How many marks are kept. */
  get size(): number {
    return this.#marks.size
  }

  begin(): Load {
    const load = { begun: ++this.#time }
    this.#loads.add(load)
    return load
  }

  /** Something changed at a revision: a token, by its id or the hash of a secret. */
  mark(key: string, rev: number): void {
    if (this.#loads.size === 0) return
    this.#marks.delete(key)
    this.#marks.set(key, { rev, made: ++this.#time })
  }

  /** Whether one of these changed after the revision of an answer. */
  isLate(rev: number, keys: readonly string[]): boolean {
    if (this.#marks.size === 0) return false
    return keys.some((key) => (this.#marks.get(key)?.rev ?? 0) > rev)
  }

  end(load: Load): void {
    this.#loads.delete(load)
    const [oldest] = this.#loads
    for (const [key, { made }] of this.#marks) {
      if (oldest !== undefined && made > oldest.begun) return
      this.#marks.delete(key)
    }
  }
}
