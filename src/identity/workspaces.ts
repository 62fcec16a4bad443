import { sql } from 'kysely'
import type { Audit } from '../audit/audit.ts'
import type { NewId } from '../lib/ids.ts'
import type { Db } from '../storage/database.ts'
import { identityErrors } from './errors.ts'
import type { Principal } from './principal.ts'

export interface Workspace {
  id: string
  name: string
  createdAt: Date
  /** The caller's role in it; null for an administrator of the server who is not a member. */
  role: 'admin' | 'member' | null
}

export interface Member {
  userId: string
  name: string
  email: string
  role: 'admin' | 'member'
  joinedAt: Date
}

/** What people share: bots, conversations and invitations belong to a workspace. Not yours = not found. */
export interface Workspaces {
  /** Oldest first: the caller's, or all of them for an administrator of the server. */
  list(by: Principal): Promise<Workspace[]>
  create(by: Principal, name: string): Promise<Workspace>
  /** In order of joining. Throws workspace_not_found. */
  members(by: Principal, workspaceId: string): Promise<Member[]>
  /** Throws workspace_not_found, workspace_permission_missing, member_not_found, last_workspace_admin. */
  removeMember(by: Principal, workspaceId: string, userId: string): Promise<void>
}

export function createWorkspaces({ db, ids, audit }: { db: Db; ids: NewId; audit: Audit }): Workspaces {
  return {
    list: (by) => visibleTo(db, by).orderBy('w.created_at').orderBy('w.id').execute(),

    async create(by, name) {
      const id = ids('wsp')
      const createdAt = await db.transaction().execute(async (tx) => {
        const row = await tx
          .insertInto('workspaces')
          .values({ id, name })
          .returning('created_at')
          .executeTakeFirstOrThrow()
        await tx
          .insertInto('workspace_members')
          .values({ workspace_id: id, user_id: by.userId, role: 'admin' })
          .execute()
        await audit.record(tx, {
          actor: { kind: 'user', id: by.userId },
          workspaceId: id,
          action: 'workspace.created',
          subject: { kind: 'workspace', id },
          detail: { name },
        })
        return row.created_at
      })
      return { id, name, createdAt, role: 'admin' }
    },

    async members(by, workspaceId) {
      await findWorkspace(db, by, workspaceId)
      return db
        .selectFrom('workspace_members as m')
        .innerJoin('users as u', 'u.id', 'm.user_id')
        .select(['u.id as userId', 'u.name', 'u.email', 'm.role', 'm.created_at as joinedAt'])
        .where('m.workspace_id', '=', workspaceId)
        .orderBy('m.created_at')
        .orderBy('u.id')
        .execute()
    },

    async removeMember(by, workspaceId, userId) {
      await db.transaction().execute(async (tx) => {
        await workspaceForAdmin(tx, by, workspaceId)
        // Locked together, so that two administrators cannot remove each other at the same moment.
        const members = await tx
          .selectFrom('workspace_members')
          .select(['user_id', 'role'])
          .where('workspace_id', '=', workspaceId)
          .orderBy('user_id')
          .forUpdate()
          .execute()
        if (!members.some((member) => member.user_id === userId)) throw identityErrors.member_not_found()
        const adminsLeft = members.some((member) => member.role === 'admin' && member.user_id !== userId)
        if (!adminsLeft) throw identityErrors.last_workspace_admin()
        await tx
          .deleteFrom('workspace_members')
          .where('workspace_id', '=', workspaceId)
          .where('user_id', '=', userId)
          .execute()
        await audit.record(tx, {
          actor: { kind: 'user', id: by.userId },
          workspaceId,
          action: 'member.removed',
          subject: { kind: 'user', id: userId },
        })
      })
    },
  }
}

function visibleTo(db: Db, by: Principal) {
  return db
    .selectFrom('workspaces as w')
    .leftJoin('workspace_members as m', (on) =>
      on.onRef('m.workspace_id', '=', 'w.id').on('m.user_id', '=', by.userId),
    )
    .select(['w.id', 'w.name', 'w.created_at as createdAt', 'm.role'])
    .where((where) => where.or([where('m.user_id', 'is not', null), sql<boolean>`${by.role === 'admin'}`]))
}

async function findWorkspace(db: Db, by: Principal, workspaceId: string): Promise<Workspace> {
  const found = await visibleTo(db, by).where('w.id', '=', workspaceId).executeTakeFirst()
  if (found === undefined) throw identityErrors.workspace_not_found()
  return found
}

/**
 * The workspace, when the caller may administer it: as its administrator or as one of the server's. Throws
 * workspace_not_found to strangers and workspace_permission_missing to plain members.
 */
export async function workspaceForAdmin(db: Db, by: Principal, workspaceId: string): Promise<Workspace> {
  const workspace = await findWorkspace(db, by, workspaceId)
  if (by.role !== 'admin' && workspace.role !== 'admin')
    throw identityErrors.workspace_permission_missing({ members: { permission: 'workspace:admin' } })
  return workspace
}
