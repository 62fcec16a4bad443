/** What has happened in a run, kept so that whoever comes later hears all of it. */
export interface EventLog<T> {
  entries: readonly T[]
  push(entry: T): void
  /** Lets readers go once they have heard all. */
  end(): void
  /** The entries from `index` on with their numbers, past and future, until the log's end or `gone`. */
  from(index: number, gone: Promise<void>, to?: number): AsyncGenerator<[number, T]>
}

export function createEventLog<T>(): EventLog<T> {
  const entries: T[] = []
  let isOver = false
  let change = Promise.withResolvers<undefined>()
  const tell = () => {
    change.resolve(undefined)
    change = Promise.withResolvers()
  }
  return {
    entries,
    push(entry) {
      entries.push(entry)
      tell()
    },
    end() {
      isOver = true
      tell()
    },
    async *from(index, gone, to = Infinity) {
      const reader = { isGone: false }
      void gone.then(() => (reader.isGone = true))
      for (let number = index; number < to; number++) {
        while (number >= entries.length) {
          if (isOver || reader.isGone) return
          await Promise.race([change.promise, gone])
        }
        yield [number, entries[number] as T]
      }
    },
  }
}
