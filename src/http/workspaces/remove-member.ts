import { Type } from 'typebox'
import type { Workspaces } from '../../identity/identity.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { InWorkspace } from './schemas.ts'

export function removeMember(app: App, workspaces: Workspaces): void {
  app.delete(
    '/api/workspaces/:id/members/:user_id',
    {
      config: { access: 'user' },
      schema: {
        summary: 'Take a member out of a workspace (its administrators)',
        tags: ['workspaces'],
        params: Type.Object({ ...InWorkspace.properties, user_id: Type.String() }),
        response: answers({ 204: Type.Null() }, [403, 404, 409]),
      },
    },
    async (request, reply) => {
      await workspaces.removeMember(callerOf(request), request.params.id, request.params.user_id)
      return reply.status(204).send(null)
    },
  )
}
