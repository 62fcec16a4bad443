import { sql } from 'kysely'
import type { Audit } from '../audit/audit.ts'
import type { Clock } from '../lib/clock.ts'
import type { NewId } from '../lib/ids.ts'
import type { Db, Tx } from '../storage/database.ts'
import { identityErrors } from './errors.ts'
import type { Principal } from './principal.ts'

export interface Workspace {
  id: string
  name: string
  createdAt: Date
  /** The caller's role in it; null for an administrator of the server who is not a member. */
  role: 'admin' | 'member' | null
  /** Out of use, with all that its members do there. */
  disabled: boolean
}

export interface Member {
  userId: string
  name: string
  email: string
  role: 'admin' | 'member'
  joinedAt: Date
}

interface WorkspaceDependencies {
  db: Db
  ids: NewId
  clock: Clock
  audit: Audit
}

/** What people share: bots, conversations and invitations belong to a workspace. Not yours = not found. */
export interface Workspaces {
  /** Oldest first: the caller's, or all of them for an administrator of the server. */
  list(by: Principal): Promise<Workspace[]>
  create(by: Principal, name: string): Promise<Workspace>
  /**
   * Takes a workspace out of use or back, for administrators of the server. Throws workspace_not_found, and
   * last_active_workspace where the caller would have none left: then nobody might be there to take it back.
   */
  setDisabled(by: Principal, workspaceId: string, disabled: boolean): Promise<Workspace>
  /** In order of joining. Throws workspace_not_found. */
  members(by: Principal, workspaceId: string): Promise<Member[]>
  /** Throws workspace_not_found, workspace_permission_missing, member_not_found, last_workspace_admin. */
  removeMember(by: Principal, workspaceId: string, userId: string): Promise<void>
}

export function createWorkspaces({ db, ids, clock, audit }: WorkspaceDependencies): Workspaces {
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
      return { id, name, createdAt, role: 'admin', disabled: false }
    },

    setDisabled: (by, id, disabled) =>
      db.transaction().execute((tx) => setDisabled(tx, { by, id, disabled }, { clock, audit })),

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

/** Doing so again changes nothing. */
async function setDisabled(
  tx: Tx,
  { by, id, disabled }: { by: Principal; id: string; disabled: boolean },
  { clock, audit }: Pick<WorkspaceDependencies, 'clock' | 'audit'>,
): Promise<Workspace> {
  // Locked together, so that two administrators cannot take each other's last one at the same moment.
  await tx.selectFrom('workspaces').select('id').orderBy('id').forUpdate().execute()
  const workspace = await findWorkspace(tx, by, id)
  if (workspace.disabled === disabled) return workspace
  if (disabled && !(await hasAnother(tx, by, id))) throw identityErrors.last_active_workspace()
  await tx
    .updateTable('workspaces')
    .set({ disabled_at: disabled ? new Date(clock.now()) : null })
    .where('id', '=', id)
    .execute()
  await audit.record(tx, {
    actor: { kind: 'user', id: by.userId },
    workspaceId: id,
    action: disabled ? 'workspace.disabled' : 'workspace.enabled',
    subject: { kind: 'workspace', id },
  })
  return { ...workspace, disabled }
}

async function hasAnother(tx: Tx, { userId }: Principal, id: string): Promise<boolean> {
  const another = await tx
    .selectFrom('workspace_members as m')
    .innerJoin('workspaces as w', 'w.id', 'm.workspace_id')
    .select('w.id')
    .where('m.user_id', '=', userId)
    .where('w.id', '!=', id)
    .where('w.disabled_at', 'is', null)
    .executeTakeFirst()
  return another !== undefined
}

function visibleTo(db: Db, by: Principal) {
  return db
    .selectFrom('workspaces as w')
    .leftJoin('workspace_members as m', (on) =>
      on.onRef('m.workspace_id', '=', 'w.id').on('m.user_id', '=', by.userId),
    )
    .select(['w.id', 'w.name', 'w.created_at as createdAt', 'm.role'])
    .select(sql<boolean>`w.disabled_at is not null`.as('disabled'))
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
