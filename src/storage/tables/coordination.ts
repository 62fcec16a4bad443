import type { ColumnType, Generated, GeneratedAlways } from 'kysely'
import type { Json, Time, OptionalTime, Now } from './columns.ts'

// Fences come from the sequence `fences`: a newer holder of anything has a larger one, also after its row was
// deleted in between.

/** One row per lane that has or had work. */
export interface LanesTable {
  queue: string
  lane: string
  pending: number
  /** From when on any worker may claim it: at once, after a backoff, or when the owner's lease runs out. */
  run_at: Time
  /** The replica that holds it; null = free. */
  owner: string | null
  /** A new number with every claim, so that a worker that was overtaken is refused. */
  fence: Generated<number>
}

export interface LaneMessagesTable {
  id: GeneratedAlways<number>
  queue: string
  lane: string
  /** Unique within the queue while the row exists: a second enqueue of the same key is a no-op. */
  dedupe_key: string | null
  /** json, not jsonb, which would refuse text that platforms do send (the character U+0000, lone surrogates). */
  payload: Json<unknown>
  /** Tries that failed. */
  attempts: Generated<number>
  /** Tries in which the process died. */
  deaths: Generated<number>
  state: ColumnType<
    'pending' | 'done' | 'dead',
    'pending' | 'done' | 'dead' | undefined,
    'pending' | 'done' | 'dead'
  >
  /** How a finished message ended: `handled`, `merged`, `refused`, or the caller's own word. */
  outcome: string | null
  error: string | null
  created_at: Now
  finished_at: OptionalTime
}

export interface LeasesTable {
  name: string
  owner: string
  fence: number
  expires_at: Time
}

/** The right to write a stream: only the producer with this fence may add events. */
export interface StreamsTable {
  stream: string
  fence: number
  opened_at: Now
}

export interface StreamEventsTable {
  stream: string
  seq: number
  /** JSON text of one event; kept as text so that what is read is what was written. */
  data: string
  created_at: Now
}
