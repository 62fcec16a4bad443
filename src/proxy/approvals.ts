import { randomInt } from 'node:crypto'
import { sql } from 'kysely'
import type { Audit } from '../audit/audit.ts'
import type { Signals } from '../coordination/signals.ts'
import type { Clock } from '../lib/clock.ts'
import type { NewId } from '../lib/ids.ts'
import type { Log } from '../lib/log.ts'
import { regularly } from '../lib/regularly.ts'
import type { Db, Tx } from '../storage/database.ts'
import { approvalOf, expire, standing, tidy, use } from './approval-rows.ts'
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
  /** Of what would be sent, as a person reads it; null: nothing. Forgotten as soon as it is over. */
  bodyPreview: string | null
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
const expiredEveryMs = 60_000
const maxPending = 20
/** Without those that look like others: 0 O, 1 I L, 2 Z, 5 S, 8 B, U V. */
const alphabet = '34679ACDEFGHJKMNPQRTWXY'

export function createApprovals(deps: ApprovalDependencies): ApprovalStore {
  return {
    list: (owner) => list(deps, owner),
    decide: (tx, word) => decide(deps, tx, word),
    async claim(ask) {
      const now = deps.clock.now()
      if (await use(deps.db, now, ask)) return { kind: 'used' }
      return (await standing(deps.db, now, ask)) ?? begin(deps, ask)
    },
  }
}

/** Ends those whose time is over, again and again. Returns how to stop. */
export function keepApprovalsTidy({
  db,
  clock,
  log,
}: Pick<ApprovalDependencies, 'db' | 'clock'> & { log: Log }): () => void {
  const message = 'approvals whose time is over could not be ended and will be tried again'
  return regularly(expiredEveryMs, () => expire(db, clock.now()), { log, message })
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
      ...(word.decision === 'approve' ? { state: 'approved' } : { state: 'denied', body_preview: null }),
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

/** One at a time per user, so that they can be counted and no code is given twice. */
async function begin(deps: ApprovalDependencies, ask: ApprovalAsk): Promise<Claim> {
  const { db, ids, clock } = deps
  const now = clock.now()
  return db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`use approvals ${ask.userId}`}, 0))`.execute(tx)
    const known = await standing(tx, now, ask)
    if (known !== undefined) return known
    const live = await tidy(tx, ask.userId, now)
    if (live.size >= maxPending) throw proxyErrors.too_many_approvals()
    const { workspaceId, userId, conversationId, turnId, credentialId, bodyPreview, ...same } = ask
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
        body_preview: bodyPreview,
        state: 'pending',
        created_at: new Date(now),
        expires_at: new Date(now + lifetimeMs),
      })
      .returningAll()
      .executeTakeFirstOrThrow()
    return { kind: 'pending', approval: approvalOf(row) }
  })
}

function newCode(taken: ReadonlySet<string>): string {
  const code = Array.from({ length: 6 }, () => alphabet.charAt(randomInt(alphabet.length))).join('')
  return taken.has(code) ? newCode(taken) : code
}
