import { sql } from 'kysely'
import type { Db } from '../../storage/database.ts'
import type { CredentialRow } from '../credentials/credential-row.ts'

/**
 * How long one replica alone may ask the provider. Longer than any question takes; what comes later all the same is
 * still looked at (see answer.ts). By the database's clock, so that replicas need not agree on the time.
 */
const lease = sql<Date>`now() + interval '30 seconds'`

/** A refresh that this replica alone may try. */
export interface Claim {
  row: CredentialRow
  fence: number
  /** Somebody spent this refresh token before and never wrote down an answer. */
  wasSpent: boolean
}

/**
 * Takes the right to refresh `version`, and notes that its refresh token is about to be spent, in one update.
 * Undefined where somebody else has it, the version is another, or it is not yet time to try again.
 */
export async function claim(
  db: Db,
  { id, version, owner, now }: { id: string; version: number; owner: string; now: number },
): Promise<Claim | undefined> {
  const at = new Date(now)
  const row = await db
    .updateTable('credentials')
    .set({
      refresh_owner: owner,
      refresh_fence: sql`refresh_fence + 1`,
      refresh_until: lease,
      // The oldest spending without an answer is the one that counts.
      refresh_spent_at: sql<Date>`coalesce(refresh_spent_at, ${at})`,
    })
    .where('id', '=', id)
    .where('version', '=', version)
    .where('state', '=', 'active')
    .where(sql<boolean>`(refresh_until is null or refresh_until < now())`)
    .where((where) => where.or([where('refresh_retry_at', 'is', null), where('refresh_retry_at', '<=', at)]))
    .returningAll()
    .executeTakeFirst()
  if (row === undefined) return undefined
  const wasSpent = row.refresh_spent_at !== null && row.refresh_spent_at.getTime() !== now
  return { row, fence: row.refresh_fence, wasSpent }
}

/** Gives the right back after a try that failed. Whoever was overtaken changes nothing. */
export async function postpone(
  db: Db,
  { row, fence }: Claim,
  { retryAt, isUnspent }: { retryAt: Date; isUnspent: boolean },
): Promise<void> {
  await db
    .updateTable('credentials')
    .set({
      refresh_owner: null,
      refresh_until: null,
      refresh_retry_at: retryAt,
      refresh_failures: sql`refresh_failures + 1`,
      ...(isUnspent && { refresh_spent_at: null }),
    })
    .where('id', '=', row.id)
    .where('refresh_fence', '=', fence)
    .where('version', '=', row.version)
    .execute()
}
