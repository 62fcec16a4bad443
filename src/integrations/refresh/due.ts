import { sql } from 'kysely'
import type { Db } from '../../storage/database.ts'

const mostAtOnce = 100

/**
 * What has to be refreshed although nobody asked: tokens near their idle limit, and those that were spent without an
 * answer, for which the provider may still have a grace. The longest due first.
 */
export function dueRefreshes(db: Db, now: number): Promise<{ id: string; version: number }[]> {
  const at = new Date(now)
  return db
    .selectFrom('credentials')
    .select(['id', 'version'])
    .where('state', '=', 'active')
    .where((where) =>
      where.or([where('refresh_due_at', '<=', at), where('refresh_spent_at', 'is not', null)]),
    )
    .where((where) => where.or([where('refresh_retry_at', 'is', null), where('refresh_retry_at', '<=', at)]))
    .where(sql<boolean>`(refresh_until is null or refresh_until < now())`)
    .orderBy('refresh_due_at')
    .limit(mostAtOnce)
    .execute()
}
