import { Type } from 'typebox'
import type { Workspaces } from '../../identity/identity.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { InWorkspace, MemberView, viewMember } from './schemas.ts'

export function listMembers(app: App, workspaces: Workspaces): void {
  app.get(
    '/api/workspaces/:id/members',
    {
      config: { access: 'user' },
      schema: {
        summary: 'The members of a workspace, in order of joining',
        tags: ['workspaces'],
        params: InWorkspace,
        response: answers({ 200: Type.Object({ members: Type.Array(MemberView) }) }, [404]),
      },
    },
    async (request) => {
      const members = await workspaces.members(callerOf(request), request.params.id)
      return { members: members.map(viewMember) }
    },
  )
}
