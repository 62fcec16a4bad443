import { sql } from 'kysely'
import type { Audit, AuditEntry } from '../audit/audit.ts'
import type { Clock } from '../lib/clock.ts'
import type { NewId } from '../lib/ids.ts'
import type { Db, Tx } from '../storage/database.ts'
import { identityErrors } from './errors.ts'
import { redeemInvitation } from './invitations.ts'
import { placeholderEmail } from './principals.ts'

export interface AdmissionDependencies {
  db: Db
  ids: NewId
  clock: Clock
  audit: Audit
}

/** How somebody who is new proves who they are from now on. */
export type Proof = { passwordHash: string } | { issuer: string; subject: string }

/**
 * Why somebody may join: they hold an invitation, sign-up is open to all, a trusted issuer vouches for them, an
 * operator says so at the command line, or (`none`) for no reason; then only the first user of all gets in.
 */
export type Reason =
  | { kind: 'invitation'; token: string }
  | { kind: 'open' | 'none' }
  | { kind: 'issuer'; role: 'admin' | 'user' | undefined }
  | { kind: 'operator' }

export interface Newcomer {
  name: string
  email: string | undefined
  proof: Proof
  reason: Reason
}

interface Place {
  role: 'admin' | 'user'
  workspaceId: string
  workspaceRole: 'admin' | 'member'
}

/**
 * Lets a person in, with a way to prove who they are and a workspace, in one transaction; returns the user's id.
 * The first user becomes the administrator. Throws sign_up_closed, invitation_invalid and email_taken.
 */
export async function admit(deps: AdmissionDependencies, newcomer: Newcomer): Promise<string> {
  return deps.db.transaction().execute(async (tx) => {
    await oneAtATime(tx)
    const known = await findAccount(tx, newcomer.proof)
    if (known !== undefined) return known
    const place = await findPlace(deps, tx, newcomer)
    const userId = deps.ids('usr')
    const email = newcomer.email?.toLowerCase() ?? placeholderEmail(userId)
    await insertUser(tx, { id: userId, name: newcomer.name, email, role: place.role })
    await tx
      .insertInto('accounts')
      .values(accountOf(deps.ids('acc'), userId, newcomer.proof))
      .execute()
    await join(tx, place.workspaceId, userId, place.workspaceRole)
    await deps.audit.record(tx, {
      actor: newcomer.reason.kind === 'operator' ? { kind: 'operator' } : { kind: 'user', id: userId },
      workspaceId: place.workspaceId,
      action: 'user.joined',
      subject: { kind: 'user', id: userId },
      detail: { by: newcomer.reason.kind, role: place.role },
    })
    return userId
  })
}

/** Somebody whom an issuer vouches for may have come in by another request in the meantime. */
async function findAccount(tx: Tx, proof: Proof): Promise<string | undefined> {
  if ('passwordHash' in proof) return undefined
  const account = await tx
    .selectFrom('accounts')
    .select('user_id')
    .where('provider_id', '=', proof.issuer)
    .where('account_id', '=', proof.subject)
    .executeTakeFirst()
  return account?.user_id
}

async function findPlace(deps: AdmissionDependencies, tx: Tx, { reason, email }: Newcomer): Promise<Place> {
  const isFirst = await hasNobody(tx)
  if (reason.kind === 'invitation' && !isFirst) {
    const invitation = await redeemInvitation(tx, reason.token, email ?? '', deps.clock.now())
    return { role: 'user', workspaceId: invitation.workspaceId, workspaceRole: invitation.role }
  }
  if (reason.kind === 'none' && !isFirst) throw identityErrors.sign_up_closed()
  const granted = reason.kind === 'issuer' ? reason.role : reason.kind === 'operator' ? 'admin' : undefined
  const role = granted ?? (isFirst ? 'admin' : 'user')
  const workspaceId = await defaultWorkspace(deps, tx)
  return { role, workspaceId, workspaceRole: role === 'admin' ? 'admin' : 'member' }
}

/** True until somebody can sign in. The local user of `disabled` mode cannot and does not count. */
export async function hasNobody(db: Db): Promise<boolean> {
  const found = await db.selectFrom('accounts').select('id').limit(1).executeTakeFirst()
  return found === undefined
}

/** Held to the end of the transaction: two who arrive together must not both find the house empty. */
async function oneAtATime(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('portico.admission'))`.execute(tx)
}

/** The workspace that was made first; made now when there is none. */
export async function defaultWorkspace(deps: AdmissionDependencies, tx: Tx): Promise<string> {
  await oneAtATime(tx)
  const oldest = await tx
    .selectFrom('workspaces')
    .select('id')
    .orderBy('created_at')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  if (oldest !== undefined) return oldest.id
  const id = deps.ids('wsp')
  await tx.insertInto('workspaces').values({ id, name: 'Default' }).execute()
  const entry: AuditEntry = {
    actor: { kind: 'system' },
    workspaceId: id,
    action: 'workspace.created',
    subject: { kind: 'workspace', id },
  }
  await deps.audit.record(tx, entry)
  return id
}

export async function insertUser(
  tx: Tx,
  user: { id: string; name: string; email: string; role: 'admin' | 'user' },
): Promise<void> {
  const inserted = await tx
    .insertInto('users')
    .values({ ...user, email_verified: false })
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returning('id')
    .executeTakeFirst()
  if (inserted === undefined) throw identityErrors.email_taken()
}

/** Makes a user a member of a workspace; no change when they are one already. */
export async function join(
  tx: Tx,
  workspaceId: string,
  userId: string,
  role: 'admin' | 'member',
): Promise<void> {
  await tx
    .insertInto('workspace_members')
    .values({ workspace_id: workspaceId, user_id: userId, role })
    .onConflict((conflict) => conflict.columns(['workspace_id', 'user_id']).doNothing())
    .execute()
}

function accountOf(id: string, userId: string, proof: Proof) {
  if ('passwordHash' in proof)
    return {
      id,
      user_id: userId,
      provider_id: 'credential',
      account_id: userId,
      password: proof.passwordHash,
    }
  return { id, user_id: userId, provider_id: proof.issuer, account_id: proof.subject }
}
