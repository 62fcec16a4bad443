import type { Db } from '../storage/database.ts'

/** An entry as people read it. */
export interface AuditRecord {
  seq: number
  id: string
  at: Date
  workspaceId: string | null
  actor: { kind: string; id: string | null }
  action: string
  subject: { kind: string; id: string | null }
  detail: Record<string, unknown>
  hash: string
}

export interface AuditPage {
  /** Newest first. */
  entries: AuditRecord[]
  /** `before` of the next page; undefined at the end. */
  next: number | undefined
}

/** One page of the record; with `actorId` only what that user or identity did. */
export async function listAudit(
  db: Db,
  { actorId, before, limit }: { actorId?: string; before?: number; limit: number },
): Promise<AuditPage> {
  let query = db
    .selectFrom('audit_entries')
    .selectAll()
    .orderBy('seq', 'desc')
    .limit(limit + 1)
  if (actorId !== undefined) query = query.where('actor_id', '=', actorId)
  if (before !== undefined) query = query.where('seq', '<', before)
  const rows = await query.execute()
  const entries = rows.slice(0, limit).map((row) => ({
    seq: row.seq,
    id: row.id,
    at: row.at,
    workspaceId: row.workspace_id,
    actor: { kind: row.actor_kind, id: row.actor_id },
    action: row.action,
    subject: { kind: row.subject_kind, id: row.subject_id },
    detail: row.detail,
    hash: row.hash,
  }))
  return { entries, next: rows.length > limit ? entries.at(-1)?.seq : undefined }
}
