import { randomUUID } from 'node:crypto'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import { regularly } from '../../lib/regularly.ts'
import type { Db } from '../../storage/database.ts'
import { createNotes, type Batch } from './notes.ts'
import type { TokenUsage } from './usage.ts'
import { trimUsage, writeBatch } from './write-batch.ts'

export interface UsageDependencies {
  db: Db
  clock: Clock
  log: Log
  /** How much a crash may lose. */
  everyMs?: number
}

const idleEveryMs = 60_000
const trimEveryMs = 3_600_000
const perBatch = 5_000

/** Counts the uses of tokens. A batch that could not be written keeps its number until it is. */
export function createTokenUsage({ db, clock, log, everyMs = 5_000 }: UsageDependencies): TokenUsage {
  const notes = createNotes()
  // Never that of another start, whose numbers began at 1 too.
  const writer = randomUUID()
  let number = 0
  let batch: Batch | undefined
  let writing: Promise<void> | undefined

  async function writeAll(): Promise<void> {
    for (;;) {
      if (batch === undefined) {
        batch = notes.take(perBatch)
        if (batch === undefined) return
        number++
      }
      await writeBatch(db, { writer, number }, batch)
      batch = undefined
    }
  }
  const write = () =>
    (writing ??= writeAll().finally(() => {
      writing = undefined
    }))

  const message = 'the uses of tokens will be written or trimmed later'
  const ends = [
    regularly(everyMs, write, { log, message }),
    regularly(idleEveryMs, async () => notes.forgetIdle(), { log, message }),
    regularly(trimEveryMs, () => trimUsage(db, clock.now()), { log, message }),
  ]
  return {
    used: (tokenId, hash, now) => notes.used(tokenId, hash, now),
    refused: (tokenId, now) => notes.refused(tokenId, now),
    async stop() {
      for (const end of ends) end()
      // One that is under way may have taken its batch before the last note.
      await writing?.catch(() => undefined)
      await write()
    },
  }
}
