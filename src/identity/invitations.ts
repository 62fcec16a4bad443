import { randomBytes } from 'node:crypto'
import type { Audit } from '../audit/audit.ts'
import type { Clock } from '../lib/clock.ts'
import { hashOf } from '../lib/hash-of.ts'
import type { NewId } from '../lib/ids.ts'
import type { Db, Tx } from '../storage/database.ts'
import { identityErrors } from './errors.ts'
import type { Principal } from './principal.ts'
import { workspaceForAdmin } from './workspaces.ts'

const lifetimeMs = 7 * 24 * 3_600_000

export interface Invitation {
  id: string
  email: string
  role: 'admin' | 'member'
  expiresAt: Date
}

/**
 * The right of one email address to join a workspace, once, within seven days. Only the token's hash is kept;
 * the token itself is told once.
 */
export interface Invitations {
  /** Throws workspace_not_found and workspace_permission_missing, as the other two do. */
  invite(
    by: Principal,
    workspaceId: string,
    person: { email: string; role: 'admin' | 'member' },
  ): Promise<Invitation & { token: string }>
  /** Open invitations, newest first. */
  list(by: Principal, workspaceId: string): Promise<Invitation[]>
  /** Throws invitation_not_found. */
  withdraw(by: Principal, workspaceId: string, invitationId: string): Promise<void>
}

export function createInvitations(deps: { db: Db; ids: NewId; clock: Clock; audit: Audit }): Invitations {
  const { db, ids, clock, audit } = deps
  const open = (workspaceId: string) =>
    db
      .selectFrom('invitations')
      .where('workspace_id', '=', workspaceId)
      .where('accepted_at', 'is', null)
      .where('expires_at', '>', new Date(clock.now()))

  return {
    async invite(by, workspaceId, { email, role }) {
      const token = randomBytes(32).toString('base64url')
      const invitation = {
        id: ids('inv'),
        email: email.toLowerCase(),
        role,
        expiresAt: new Date(clock.now() + lifetimeMs),
      }
      await db.transaction().execute(async (tx) => {
        await workspaceForAdmin(tx, by, workspaceId)
        await tx
          .insertInto('invitations')
          .values({
            id: invitation.id,
            workspace_id: workspaceId,
            email: invitation.email,
            role,
            token_hash: hashOf(token),
            invited_by: by.userId,
            expires_at: invitation.expiresAt,
          })
          .execute()
        await audit.record(tx, {
          actor: { kind: 'user', id: by.userId },
          workspaceId,
          action: 'invitation.created',
          subject: { kind: 'invitation', id: invitation.id },
          detail: { email: invitation.email, role },
        })
      })
      return { ...invitation, token }
    },

    async list(by, workspaceId) {
      await workspaceForAdmin(db, by, workspaceId)
      return open(workspaceId)
        .select(['id', 'email', 'role', 'expires_at as expiresAt'])
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .execute()
    },

    async withdraw(by, workspaceId, invitationId) {
      await db.transaction().execute(async (tx) => {
        await workspaceForAdmin(tx, by, workspaceId)
        const deleted = await tx
          .deleteFrom('invitations')
          .where('id', '=', invitationId)
          .where('workspace_id', '=', workspaceId)
          .where('accepted_at', 'is', null)
          .returning('id')
          .executeTakeFirst()
        if (deleted === undefined) throw identityErrors.invitation_not_found()
        await audit.record(tx, {
          actor: { kind: 'user', id: by.userId },
          workspaceId,
          action: 'invitation.withdrawn',
          subject: { kind: 'invitation', id: invitationId },
        })
      })
    },
  }
}

/** Uses an invitation up, within the transaction that lets the person in. Throws invitation_invalid. */
export async function redeemInvitation(
  tx: Tx,
  token: string,
  email: string,
  now: number,
): Promise<{ workspaceId: string; role: 'admin' | 'member' }> {
  const redeemed = await tx
    .updateTable('invitations')
    .set({ accepted_at: new Date(now) })
    .where('token_hash', '=', hashOf(token))
    .where('email', '=', email.toLowerCase())
    .where('accepted_at', 'is', null)
    .where('expires_at', '>', new Date(now))
    .returning(['workspace_id as workspaceId', 'role'])
    .executeTakeFirst()
  if (redeemed === undefined) throw identityErrors.invitation_invalid()
  return redeemed
}
