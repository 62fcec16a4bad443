import { Type } from 'typebox'
import type { Invitations } from '../../identity/identity.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { InvitationView, InWorkspace, viewInvitation } from './schemas.ts'

export function listInvitations(app: App, invitations: Invitations): void {
  app.get(
    '/api/workspaces/:id/invitations',
    {
      config: { access: 'user' },
      schema: {
        summary: 'The open invitations of a workspace (its administrators), newest first',
        tags: ['workspaces'],
        params: InWorkspace,
        response: answers({ 200: Type.Object({ invitations: Type.Array(InvitationView) }) }, [403, 404]),
      },
    },
    async (request) => {
      const open = await invitations.list(callerOf(request), request.params.id)
      return { invitations: open.map(viewInvitation) }
    },
  )
}
