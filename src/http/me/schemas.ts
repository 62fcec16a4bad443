import { Type, type Static } from 'typebox'
import type { Principal } from '../../identity/principal.ts'

export const Me = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    email: Type.Union([Type.String(), Type.Null()]),
    role: Type.Union([Type.Literal('admin'), Type.Literal('user')]),
    workspace_id: Type.String(),
    signed_in_by: Type.Union([Type.Literal('session'), Type.Literal('jwt'), Type.Literal('local')]),
  },
  { title: 'Me' },
)

export function viewMe({ userId, name, email, role, workspaceId, kind }: Principal): Static<typeof Me> {
  if (kind === 'grant' || kind === 'token')
    throw new Error('No route that says who is calling is open to grants and tokens.')
  return { id: userId, name, email, role, workspace_id: workspaceId, signed_in_by: kind }
}
