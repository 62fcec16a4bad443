import type { ChannelMemory } from '../channel.ts'

/** A channel's memory without a database. `write` does what the commit of a batch does. */
export class PlainMemory implements ChannelMemory {
  readonly #values = new Map<string, string>()

  async read(key: string): Promise<unknown> {
    return this.#read(key)
  }

  async change(key: string, change: (value: unknown) => unknown): Promise<unknown> {
    const changed = change(this.#read(key))
    this.write({ [key]: changed })
    return changed
  }

  write(values: Readonly<Record<string, unknown>>): void {
    for (const [key, value] of Object.entries(values)) {
      if (value === undefined) this.#values.delete(key)
      else this.#values.set(key, JSON.stringify(value))
    }
  }

  #read(key: string): unknown {
    const stored = this.#values.get(key)
    return stored === undefined ? undefined : (JSON.parse(stored) as unknown)
  }
}
