import { Type } from 'typebox'
import type { Links } from '../../conversations/conversations.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'

export function cancelApproval(app: App, links: Links): void {
  app.delete(
    '/api/channels/approvals/:id',
    {
      config: { access: 'user' },
      schema: {
        summary: 'Give up a connection that waits for a number',
        tags: ['channels'],
        params: Type.Object({ id: Type.String() }),
        response: answers({ 204: Type.Null() }, [404]),
      },
    },
    async (request, reply) => {
      await links.cancel(callerOf(request), request.params.id)
      return reply.code(204).send(null)
    },
  )
}
