import { sql } from 'kysely'
import type { Sleep } from '../../lib/sleep.ts'
import type { Db } from '../../storage/database.ts'
import type { Receipt } from '../token.ts'

export interface FollowDependencies {
  db: Db
  sleep: Sleep
  /** A server that vanished without a word counts as behind for so long. */
  blindMs: number
}

const pauseMs = 10

/**
 * The receipt for somebody who is no replica: waits until every live one has followed all that was committed before
 * the call, and gives up after `patienceMs`.
 */
export async function untilFollowed(
  { db, sleep, blindMs }: FollowDependencies,
  patienceMs: number,
): Promise<Receipt> {
  const beganAt = performance.now()
  const revision = await db.selectFrom('token_revision').select('rev').executeTakeFirst()
  const rev = Number(revision?.rev ?? 0)
  for (;;) {
    const live = await db
      .selectFrom('token_replicas')
      .select(['replica', 'applied', 'seen_at'])
      .where('seen_at', '>', sql<Date>`now() - make_interval(secs => ${blindMs / 1_000})`)
      .orderBy('replica')
      .execute()
    const behind = live
      .filter(({ applied }) => Number(applied) < rev)
      .map(({ replica, seen_at }) => ({ replica, seenAt: seen_at }))
    const ms = Math.round(performance.now() - beganAt)
    if (behind.length === 0 || ms >= patienceMs)
      return { effective: behind.length === 0 ? 'all' : 'partial', replicas: live.length, ms, behind }
    await sleep(pauseMs)
  }
}
