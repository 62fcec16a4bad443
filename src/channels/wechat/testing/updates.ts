/** The messages for one bot. Nothing is forgotten: a poll with an older cursor gets them again. */
export class Updates {
  readonly #all: unknown[] = []
  #listeners: (() => void)[] = []
  #heldBack: unknown[] | undefined

  add(message: unknown): void {
    if (this.#heldBack === undefined) this.#append(message)
    else if (this.#heldBack.push(message) === 2) {
      const [first, second] = this.#heldBack
      this.#heldBack = undefined
      this.#append(second, first)
    }
  }

  /** The last one is delivered once more. */
  repeat(): void {
    this.#append(...this.#all.slice(-1))
  }

  /** The next two change places. */
  reorder(): void {
    this.#heldBack = []
  }

  /** What lies behind a cursor, as soon as there is something, or nothing when the time is up. */
  async after(
    cursor: string,
    holdMs: number,
    signal: AbortSignal,
  ): Promise<{ msgs: unknown[]; cursor: string }> {
    const from = positionOf(cursor)
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(holdMs)])
    while (this.#all.length <= from && !deadline.aborted) {
      await new Promise<void>((resolve) => {
        this.#listeners.push(resolve)
        deadline.addEventListener('abort', () => resolve(), { once: true })
      })
    }
    const msgs = this.#all.slice(from, from + 20)
    return { msgs, cursor: cursorAt(from + msgs.length) }
  }

  #append(...messages: unknown[]): void {
    this.#all.push(...messages)
    const listeners = this.#listeners
    this.#listeners = []
    for (const listener of listeners) listener()
  }
}

function cursorAt(position: number): string {
  return Buffer.from(`updates ${position}`).toString('base64')
}

function positionOf(cursor: string): number {
  const found = /^updates (\d+)$/.exec(Buffer.from(cursor, 'base64').toString())
  return Number(found?.[1] ?? 0)
}
