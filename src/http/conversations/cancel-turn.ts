import { Type } from 'typebox'
import type { Conversations } from '../../conversations/conversations.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { ById } from './schemas.ts'

export function cancelTurn(app: App, conversations: Conversations): void {
  app.post(
    '/api/turns/:id/cancel',
    {
      config: { access: 'user', permission: 'CHAT' },
      schema: {
        summary: 'Ask a turn to stop, on whichever replica it runs; no effect when it is over',
        tags: ['conversations'],
        params: ById,
        response: answers({ 202: Type.Object({ turn_id: Type.String() }) }, [404]),
      },
    },
    async (request, reply) => {
      await conversations.cancel(callerOf(request), request.params.id)
      return reply.status(202).send({ turn_id: request.params.id })
    },
  )
}
