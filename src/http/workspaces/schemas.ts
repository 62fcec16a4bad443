import { Type, type Static } from 'typebox'
import type { Invitation, Member, Workspace } from '../../identity/identity.ts'
import { Timestamp } from '../schemas.ts'

const MemberRole = Type.Union([Type.Literal('admin'), Type.Literal('member')])

export const InWorkspace = Type.Object({ id: Type.String() })

export const WorkspaceView = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    role: Type.Union([MemberRole, Type.Null()], { description: "The caller's; null when not a member." }),
    disabled: Type.Boolean({ description: 'Out of use, with all its API tokens.' }),
    created_at: Timestamp,
  },
  { title: 'Workspace' },
)

export const MemberView = Type.Object(
  {
    user_id: Type.String(),
    name: Type.String(),
    email: Type.String(),
    role: MemberRole,
    joined_at: Timestamp,
  },
  { title: 'Member' },
)

export const InvitationView = Type.Object(
  { id: Type.String(), email: Type.String(), role: MemberRole, expires_at: Timestamp },
  { title: 'Invitation' },
)

export function viewWorkspace({
  id,
  name,
  role,
  disabled,
  createdAt,
}: Workspace): Static<typeof WorkspaceView> {
  return { id, name, role, disabled, created_at: createdAt.toISOString() }
}

export function viewMember({ userId, name, email, role, joinedAt }: Member): Static<typeof MemberView> {
  return { user_id: userId, name, email, role, joined_at: joinedAt.toISOString() }
}

export function viewInvitation({ id, email, role, expiresAt }: Invitation): Static<typeof InvitationView> {
  return { id, email, role, expires_at: expiresAt.toISOString() }
}
