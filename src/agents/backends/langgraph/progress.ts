/**
 * What was told of texts that arrive in pieces, and may arrive again from their beginning: a stream that is joined
 * anew repeats what it said, and people must not read it twice.
 */
export interface Progress {
  /** The stream begins again. */
  rewind(): void
  /** A piece, or with `isWhole` the text as far as it is known; tells nothing yet. */
  add(key: string, text: string, isWhole?: boolean): void
  /** What was added and not told yet; it counts as told from now on. */
  take(key: string): string
  /** What is missing of the text that is known to be right; empty where something else was told. */
  complete(key: string, text: string): string
  told(key: string): string
  /** Counts a text as told that was told under another key. */
  count(key: string, text: string): void
}

export function createProgress(): Progress {
  const seen = new Map<string, string>()
  const told = new Map<string, string>()
  const of = (map: Map<string, string>, key: string) => map.get(key) ?? ''

  const complete = (key: string, text: string) => {
    const before = of(told, key)
    if (!text.startsWith(before)) return ''
    told.set(key, text)
    return text.slice(before.length)
  }
  return {
    rewind: () => seen.clear(),
    add: (key, text, isWhole = false) => void seen.set(key, isWhole ? text : of(seen, key) + text),
    take: (key) => complete(key, of(seen, key)),
    complete,
    told: (key) => of(told, key),
    count: (key, text) => void told.set(key, text),
  }
}
