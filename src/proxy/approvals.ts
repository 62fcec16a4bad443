import { randomInt } from 'node:crypto'
import { sql, type Selectable } from 'kysely'
import type { Audit } from '../audit/audit.ts'
import type { Signals } from '../coordination/signals.ts'
import type { Clock } from '../lib/clock.ts'
import type { NewId } from '../lib/ids.ts'
import type { Db, Tx } from '../storage/database.ts'
import type { UseApprovalsTable } from '../storage/tables/integrations.ts'
import { proxyErrors } from './errors.ts'

/**
 * The person's word on single requests with their credentials.
 *
 *   pending -> approved -> used ; pending -> denied | expired ; approved -> expired
 *
 * It is for exactly one request (its digest), by one conditional update, and for ten minutes. A denial counts as long:
 * the same request is not asked again at once.
 */
export interface UseApprovals {
  /** What waits for the person's word, newest first. */
  list(owner: { workspaceId: string; userId: string }): Promise<UseApproval[]>
  /** In the caller's transaction. Undefined: nothing of this user's waits under this code or id. */
  decide(tx: Tx, word: ApprovalWord): Promise<UseApproval | undefined>
}

export type ApprovalWord = {
  userId: string
  decision: 'approve' | 'deny'
  in: 'chat' | 'console'
} & ({ code: string } | { id: string })

export interface UseApproval {
  id: string
  /** Six characters, in upper case. */
  code: string
  userId: string
  agent: string
  conversationId: string | null
  turnId: string | null
  credentialId: string
  provider: string
  method: string
  host: string
  /** Without the values of its query. */
  path: string
  createdAt: Date
  expiresAt: Date
}

/** What the proxy does with them beside. */
export interface ApprovalStore extends UseApprovals {
  /**
   * Uses up the approval of this digest, or says what stands in the way; asks where nobody did. Throws
   * `too_many_approvals`.
   */
  claim(ask: ApprovalAsk): Promise<Claim>
}

export type ApprovalAsk = { workspaceId: string; digest: string } & Omit<
  UseApproval,
  'id' | 'code' | 'createdAt' | 'expiresAt'
>

export type Claim = { kind: 'used' } | { kind: 'denied' } | { kind: 'pending'; approval: UseApproval }

export interface ApprovalDependencies {
  db: Db
  ids: NewId
  clock: Clock
  audit: Audit
  signals: Pick<Signals, 'send'>
}

const lifetimeMs = 600_000
const keptMs = 30 * 86_400_000
const maxPending = 20
/** Without those that look like others: 0 O, 1 I L, 2 Z, 5 S, 8 B, U V. */
const alphabet = '34679ACDEFGHJKMNPQRTWXY'

export function createApprovals(deps: ApprovalDependencies): ApprovalStore {
  return {
    list: (owner) => list(deps, owner),
    decide: (tx, word) => decide(deps, tx, word),
    async claim(ask) {
      if (await use(deps, ask)) return { kind: 'used' }
      return (await standing(deps, deps.db, ask)) ?? begin(deps, ask)
    },
  }
}

async function list(
  { db, clock }: ApprovalDependencies,
  { workspaceId, userId }: { workspaceId: string; userId: string },
): Promise<UseApproval[]> {
  const rows = await db
    .selectFrom('use_approvals')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('user_id', '=', userId)
    .where('state', '=', 'pending')
    .where('expires_at', '>', new Date(clock.now()))
    .orderBy('created_at', 'desc')
    .execute()
  return rows.map(approvalOf)
}

async function decide(
  { clock, audit, signals }: ApprovalDependencies,
  tx: Tx,
  word: ApprovalWord,
): Promise<UseApproval | undefined> {
  const now = new Date(clock.now())
  const named = 'id' in word ? (['id', word.id] as const) : (['code', word.code.toUpperCase()] as const)
  const row = await tx
    .updateTable('use_approvals')
    .set({
      state: word.decision === 'approve' ? 'approved' : 'denied',
      decided_at: now,
      decided_in: word.in,
    })
    .where(named[0], '=', named[1])
    .where('user_id', '=', word.userId)
    .where('state', '=', 'pending')
    .where('expires_at', '>', now)
    .returningAll()
    .executeTakeFirst()
  if (row === undefined) return undefined
  await signals.send(tx, 'credentials', row.user_id)
  const { id, workspace_id: workspaceId, credential_id, provider, method, host, path, agent } = row
  await audit.record(tx, {
    actor: { kind: 'user', id: word.userId },
    workspaceId,
    action: word.decision === 'approve' ? 'use_approval.approved' : 'use_approval.denied',
    subject: { kind: 'use_approval', id },
    detail: { credential_id, provider, method, host, path, agent, in: word.in },
  })
  return approvalOf(row)
}

async function use({ db, clock }: ApprovalDependencies, { digest }: ApprovalAsk): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('use_approvals')
    .set({ state: 'used' })
    .where('digest', '=', digest)
    .where('state', '=', 'approved')
    .where('expires_at', '>', new Date(clock.now()))
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** What was asked before and counts still. */
async function standing(
  { clock }: ApprovalDependencies,
  db: Db,
  { digest }: ApprovalAsk,
): Promise<Claim | undefined> {
  const row = await db
    .selectFrom('use_approvals')
    .selectAll()
    .where('digest', '=', digest)
    .where('state', 'in', ['pending', 'approved', 'denied'])
    .where('expires_at', '>', new Date(clock.now()))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (row === undefined) return undefined
  // Approved between two looks: it is there to be used, by whoever looks next.
  return row.state === 'denied' ? { kind: 'denied' } : { kind: 'pending', approval: approvalOf(row) }
}

/** One at a time per user, so that they can be counted and no code is given twice. */
async function begin(deps: ApprovalDependencies, ask: ApprovalAsk): Promise<Claim> {
  const { db, ids, clock } = deps
  const now = clock.now()
  return db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`use approvals ${ask.userId}`}, 0))`.execute(tx)
    const known = await standing(deps, tx, ask)
    if (known !== undefined) return known
    const live = await tidy(tx, ask.userId, now)
    if (live.size >= maxPending) throw proxyErrors.too_many_approvals()
    const { workspaceId, userId, conversationId, turnId, credentialId, ...same } = ask
    const row = await tx
      .insertInto('use_approvals')
      .values({
        ...same,
        id: ids('uap'),
        code: newCode(live),
        workspace_id: workspaceId,
        user_id: userId,
        conversation_id: conversationId,
        turn_id: turnId,
        credential_id: credentialId,
        state: 'pending',
        created_at: new Date(now),
        expires_at: new Date(now + lifetimeMs),
      })
      .returningAll()
      .executeTakeFirstOrThrow()
    return { kind: 'pending', approval: approvalOf(row) }
  })
}

/** Ends what is over and forgets what is long over; returns the codes that are live. */
async function tidy(tx: Tx, userId: string, now: number): Promise<ReadonlySet<string>> {
  const mine = tx.updateTable('use_approvals').where('user_id', '=', userId)
  await mine
    .set({ state: 'expired' })
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

function newCode(taken: ReadonlySet<string>): string {
  const code = Array.from({ length: 6 }, () => alphabet.charAt(randomInt(alphabet.length))).join('')
  return taken.has(code) ? newCode(taken) : code
}

function approvalOf(row: Selectable<UseApprovalsTable>): UseApproval {
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
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }
}
