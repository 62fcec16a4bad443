import { Type } from 'typebox'
import type { Invitations } from '../../identity/identity.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { InWorkspace } from './schemas.ts'

export function withdrawInvitation(app: App, invitations: Invitations): void {
  app.delete(
    '/api/workspaces/:id/invitations/:invitation_id',
    {
      config: { access: 'user' },
      schema: {
        summary: 'Take back an open invitation (administrators of the workspace)',
        tags: ['workspaces'],
        params: Type.Object({ ...InWorkspace.properties, invitation_id: Type.String() }),
        response: answers({ 204: Type.Null() }, [403, 404]),
      },
    },
    async (request, reply) => {
      const { id, invitation_id } = request.params
      await invitations.withdraw(callerOf(request), id, invitation_id)
      return reply.status(204).send(null)
    },
  )
}
