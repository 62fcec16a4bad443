import type { AgentTurn } from '../../agent.ts'
import { recall, type Remembered } from './memory.ts'
import { threadIdOf, threadMetadata } from './request.ts'
import type { Server } from './server.ts'
import type { LangGraphSettings } from './settings.ts'

/** Where a turn runs. Each change is written down before the server is asked for what follows from it. */
export interface Place {
  now(): Remembered
  /** Whether an earlier attempt of the turn may have asked the server for a run. */
  wasAsked: boolean
  /** Whether the thread knows nothing yet of what was said before. */
  isNew(): boolean
  change(change: Partial<Remembered>): Promise<void>
  /** Makes a thread in place of one that the server has forgotten. */
  renew(): Promise<void>
}

/**
 * Finds the thread of the turn's conversation, or makes one. A thread belongs to one user where the server keeps users
 * apart: in a group, whoever asks next gets a new one, which is told what was said before.
 */
export async function findPlace(
  turn: AgentTurn,
  server: Server,
  { assistantId, ownerHeader }: LangGraphSettings,
  signal: AbortSignal,
): Promise<Place> {
  const owner = ownerHeader === undefined ? null : turn.user.id
  const fresh = threadIdOf(turn, assistantId)
  const before = recall(turn.memory)
  const known = before?.owner === owner ? before : undefined
  const isOurs = known?.turn === turn.idempotencyKey
  let now: Remembered

  const write = async (value: Remembered) => {
    now = value
    await turn.memory.write(value)
  }
  const renew = async () => {
    const thread = await server.createThread(fresh, threadMetadata(turn), signal)
    isNew = true
    await write({ thread, owner, turn: turn.idempotencyKey, run: null, after: null, asked: null })
  }

  let isNew = known?.thread === fresh
  if (known === undefined) await renew()
  else if (isOurs) now = known
  else await write({ ...known, turn: turn.idempotencyKey, run: null, after: known.asked?.after ?? null })
  return {
    now: () => now,
    wasAsked: isOurs,
    isNew: () => isNew,
    change: (change) => write({ ...now, ...change }),
    renew,
  }
}
