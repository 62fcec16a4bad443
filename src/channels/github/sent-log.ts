import { createHash } from 'node:crypto'
import type { ChannelMemory } from '../channel.ts'
import { isRecord, listOf } from '../../lib/json.ts'

/**
 * What was sent lately in one conversation, so that a repeated send finds its comment again. It is written before
 * the call as well: an entry without a comment means that nobody knows whether it arrived.
 */
export interface SentEntry {
  /** Names the idempotency key; it stands in the comment, too. */
  mark: string
  /** When the first call began, in milliseconds since the epoch. */
  at: number
  comment?: string
}

/** Longer than any answer has parts, and more than delivery has on its way in one conversation. */
const keptEntries = 50

export function markOf(idempotencyKey: string): string {
  return createHash('sha256').update(idempotencyKey).digest('hex').slice(0, 32)
}

/** The entry as it was before this call, if there was one; from now on there is one. */
export async function enter(
  memory: ChannelMemory,
  place: string,
  mark: string,
  at: number,
): Promise<SentEntry | undefined> {
  const known = entriesOf(await memory.read(keyOf(place))).find((entry) => entry.mark === mark)
  if (known === undefined) await write(memory, place, { mark, at })
  return known
}

export async function write(memory: ChannelMemory, place: string, entry: SentEntry): Promise<void> {
  await memory.change(keyOf(place), (stored) =>
    [...entriesOf(stored).filter(({ mark }) => mark !== entry.mark), entry].slice(-keptEntries),
  )
}

function keyOf(place: string): string {
  return `sent ${place.toLowerCase()}`
}

function entriesOf(stored: unknown): SentEntry[] {
  return listOf(stored).flatMap((entry) => {
    if (!isRecord(entry)) return []
    const { mark, at, comment } = entry
    if (typeof mark !== 'string' || typeof at !== 'number') return []
    return [{ mark, at, ...(typeof comment === 'string' ? { comment } : {}) }]
  })
}
