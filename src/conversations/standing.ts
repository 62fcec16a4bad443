import { sql } from 'kysely'
import type { Tx } from '../storage/database.ts'

/**
 * Which of these connections have ended. The others cannot end until the transaction does: whoever ends one then finds
 * the turns that were begun through it, and stops them.
 */
export async function endedOf(tx: Tx, connectionIds: readonly string[]): Promise<Set<string>> {
  if (connectionIds.length === 0) return new Set()
  const standing = await tx
    .selectFrom('connections')
    .select('id')
    .where('id', '=', sql<string>`any(${connectionIds})`)
    .where('status', '=', 'connected')
    .orderBy('id')
    .forShare()
    .execute()
  const ids = new Set(standing.map(({ id }) => id))
  return new Set(connectionIds.filter((id) => !ids.has(id)))
}
