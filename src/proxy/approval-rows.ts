import type { Selectable } from 'kysely'
import type { Db, Tx } from '../storage/database.ts'
import type { UseApprovalsTable } from '../storage/tables/integrations.ts'
import type { ApprovalAsk, Claim, UseApproval } from './approvals.ts'

const keptMs = 30 * 86_400_000
/** Of one that is over, it is forgotten what would have been sent. */
const expired = { state: 'expired', body_preview: null } as const

/** Single use: one conditional update. */
export async function use(db: Db, now: number, { digest }: Pick<ApprovalAsk, 'digest'>): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('use_approvals')
    .set({ state: 'used', body_preview: null })
    .where('digest', '=', digest)
    .where('state', '=', 'approved')
    .where('expires_at', '>', new Date(now))
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** What was asked before and counts still. */
export async function standing(
  db: Db,
  now: number,
  { digest }: Pick<ApprovalAsk, 'digest'>,
): Promise<Claim | undefined> {
  const row = await db
    .selectFrom('use_approvals')
    .selectAll()
    .where('digest', '=', digest)
    .where('state', 'in', ['pending', 'approved', 'denied'])
    .where('expires_at', '>', new Date(now))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (row === undefined) return undefined
  // Approved between two looks: it is there to be used, by whoever looks next.
  return row.state === 'denied' ? { kind: 'denied' } : { kind: 'pending', approval: approvalOf(row) }
}

/** Ends all that is over, for people who are asked for nothing else. What another is at work on is left to it. */
export async function expire(db: Db, now: number): Promise<void> {
  await db
    .updateTable('use_approvals')
    .set(expired)
    .where('id', 'in', (query) =>
      query
        .selectFrom('use_approvals')
        .select('id')
        .where('state', 'in', ['pending', 'approved'])
        .where('expires_at', '<=', new Date(now))
        .forUpdate()
        .skipLocked(),
    )
    .execute()
}

/** Ends what is over and forgets what is long over; returns the codes that are live. */
export async function tidy(tx: Tx, userId: string, now: number): Promise<ReadonlySet<string>> {
  await tx
    .updateTable('use_approvals')
    .set(expired)
    .where('user_id', '=', userId)
    .where('state', 'in', ['pending', 'approved'])
    .where('expires_at', '<=', new Date(now))
    .execute()
  await tx
    .deleteFrom('use_approvals')
    .where('user_id', '=', userId)
    .where('created_at', '<', new Date(now - keptMs))
    .execute()
  const rows = await tx
    .selectFrom('use_approvals')
    .select('code')
    .where('user_id', '=', userId)
    .where('state', 'in', ['pending', 'approved'])
    .execute()
  return new Set(rows.map(({ code }) => code))
}

export function approvalOf(row: Selectable<UseApprovalsTable>): UseApproval {
  return {
    id: row.id,
    code: row.code,
    userId: row.user_id,
    agent: row.agent,
    conversationId: row.conversation_id,
    turnId: row.turn_id,
    credentialId: row.credential_id,
    provider: row.provider,
    method: row.method,
    host: row.host,
    path: row.path,
    bodyPreview: row.body_preview,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }
}
