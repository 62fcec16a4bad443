import { sql } from 'kysely'
import type { Db, Tx } from '../storage/database.ts'
import type { Announcement, Announcer, EventData } from '../webhooks/webhooks.ts'

export interface TellingDependencies {
  db: Db
  /** Tells the application of turns that finished. */
  announcer: Announcer
}

/**
 * Ends turns by `end`, which says of each whether it ended it, and in the same transaction tells the application of
 * those: once each, whoever else tries to end them. Where nobody listens `end` runs as it would without.
 */
export async function endAndTell(
  { db, announcer }: TellingDependencies,
  ends: readonly { id: string; workspaceId: string }[],
  end: (db: Db) => Promise<boolean[]>,
): Promise<boolean[]> {
  const isWanted = ends.some(({ workspaceId }) => announcer.wants(workspaceId, 'turn.finished'))
  if (!isWanted) return end(db)
  return db.transaction().execute(async (tx) => {
    const ended = await end(tx)
    const ids = ends.filter((_, index) => ended[index] === true).map(({ id }) => id)
    await tellOfTurns(announcer, tx, ids)
    return ended
  })
}

/** Tells of turns that this transaction ended. */
export async function tellOfTurns(announcer: Announcer, tx: Tx, ids: readonly string[]): Promise<void> {
  const turns = await tx
    .selectFrom('turns')
    .innerJoin('conversations', 'conversations.id', 'turns.conversation_id')
    .select([
      'turns.id',
      'turns.conversation_id',
      'turns.user_id',
      'turns.guest',
      'turns.agent',
      'turns.state',
      'turns.error_code',
      'turns.started_at',
      'turns.finished_at',
      'conversations.workspace_id as workspaceId',
    ])
    .where('turns.id', '=', sql<string>`any(${ids})`)
    .orderBy('turns.id')
    .execute()
  const events = turns.map((turn): Announcement => ({
    type: 'turn.finished',
    workspaceId: turn.workspaceId,
    data: {
      turn_id: turn.id,
      conversation_id: turn.conversation_id,
      user_id: turn.user_id,
      guest_id: turn.guest?.id ?? null,
      agent: turn.agent,
      state: turn.state as EventData['turn.finished']['state'],
      error_code: turn.error_code,
      duration_ms: durationMs(turn.started_at, turn.finished_at),
    },
  }))
  await announcer.announce(tx, events)
}

function durationMs(started: Date | null, finished: Date | null): number | null {
  return started === null || finished === null ? null : finished.getTime() - started.getTime()
}
