import type { KnownTokens, Snapshot } from './known-tokens.ts'
import { oneAtATime } from './one-at-a-time.ts'
import type { LogPart } from './read-log.ts'

export interface LogSource {
  /** Undefined where the log cannot be followed from there. */
  readLog(from: number): Promise<LogPart | undefined>
  loadAll(): Promise<Snapshot>
}

/** The function that resolves when all is applied that was committed before the call; it rejects where that cannot be read. */
export function createFollower(tokens: KnownTokens, source: LogSource): () => Promise<void> {
  return oneAtATime(async () => {
    for (let isAtEnd = false; !isAtEnd;) isAtEnd = await readOn(tokens, source)
  })
}

async function readOn(tokens: KnownTokens, source: LogSource): Promise<boolean> {
  const part = await source.readLog(tokens.applied)
  if (part === undefined) {
    // What was known goes on being answered until the new table takes its place.
    tokens.replace(await source.loadAll())
    return false
  }
  tokens.apply(part.to, part.entries, part.hasImported)
  return part.to >= part.current
}
