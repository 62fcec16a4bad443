import { sql } from 'kysely'
import type { Db, Tx } from '../storage/database.ts'
import type { Attachment, AttachmentOwner } from './attachments.ts'

const columns = [
  'id',
  'user_id as userId',
  'workspace_id as workspaceId',
  'conversation_id as conversationId',
  'name',
  'media_type as mediaType',
  'size',
] as const

/** A place for a file that is about to come, so that a crash leaves nothing that the upkeep would not find. */
export async function announce(
  db: Db,
  id: string,
  owner: AttachmentOwner,
  file: { name: string; mediaType: string },
): Promise<void> {
  await db
    .insertInto('attachments')
    .values({
      id,
      user_id: owner.userId,
      workspace_id: owner.workspaceId,
      conversation_id: owner.conversationId ?? null,
      name: file.name,
      media_type: file.mediaType,
      size: 0,
    })
    .execute()
}

export async function confirm(
  db: Db,
  id: string,
  found: { size: number; mediaType: string; sourceKey?: string },
): Promise<Attachment> {
  return db
    .updateTable('attachments')
    .set({
      size: found.size,
      media_type: found.mediaType,
      source_key: found.sourceKey ?? null,
      kept_at: sql`now()`,
    })
    .where('id', '=', id)
    .returning(columns)
    .executeTakeFirstOrThrow()
}

export function findAttachment(db: Db, id: string): Promise<Attachment | undefined> {
  return db
    .selectFrom('attachments')
    .select(columns)
    .where('id', '=', id)
    .where('kept_at', 'is not', null)
    .executeTakeFirst()
}

export async function findBySource(db: Db, keys: readonly string[]): Promise<Map<string, Attachment>> {
  const rows = await db
    .selectFrom('attachments')
    .select([...columns, 'source_key'])
    .where('source_key', '=', sql<string>`any(${keys})`)
    .where('kept_at', 'is not', null)
    .execute()
  return new Map(rows.map(({ source_key: key, ...attachment }) => [key ?? '', attachment]))
}

export async function assignTo(tx: Tx, ids: readonly string[], conversationId: string): Promise<void> {
  await tx
    .updateTable('attachments')
    .set({ conversation_id: conversationId })
    .where('id', '=', sql<string>`any(${ids})`)
    .execute()
}

export async function forget(db: Db, id: string): Promise<void> {
  await db.deleteFrom('attachments').where('id', '=', id).execute()
}

/** Those of a conversation. */
export function attachmentsOf(db: Db, conversationId: string): Promise<{ id: string; userId: string }[]> {
  return db
    .selectFrom('attachments')
    .select(['id', 'user_id as userId'])
    .where('conversation_id', '=', conversationId)
    .execute()
}

/** Those that belong to no conversation for a day: half written, never asked about, or left by a deleted user. */
export function orphans(db: Db, limit: number): Promise<{ id: string; userId: string }[]> {
  return db
    .selectFrom('attachments')
    .select(['id', 'user_id as userId'])
    .where((where) => where.or([where('conversation_id', 'is', null), where('kept_at', 'is', null)]))
    .where('created_at', '<', sql<Date>`now() - interval '1 day'`)
    .limit(limit)
    .execute()
}
