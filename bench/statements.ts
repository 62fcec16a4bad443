import pg from 'pg'

/**
 * Counts what this process asks PostgreSQL from now on: one entry for each text, and with it each round trip.
 * pg has no hook for this, so its client is wrapped.
 */
export function countStatements(): { counts: ReadonlyMap<string, number>; stop(): void } {
  const counts = new Map<string, number>()
  const prototype = pg.Client.prototype as { query: (...args: unknown[]) => unknown }
  const { query } = prototype
  prototype.query = function (...args) {
    const [first] = args
    const text = typeof first === 'string' ? first : (first as { text: string }).text
    const name = text.replace(/\s+/g, ' ').trim()
    counts.set(name, (counts.get(name) ?? 0) + 1)
    return Reflect.apply(query, this, args)
  }
  return {
    counts,
    stop() {
      prototype.query = query
    },
  }
}
