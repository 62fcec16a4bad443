import { Type } from 'typebox'
import type { Conversations } from '../../conversations/conversations.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { ById } from './schemas.ts'

export function deleteConversation(app: App, conversations: Conversations): void {
  app.delete(
    '/api/conversations/:id',
    {
      config: { access: 'user' },
      schema: {
        summary: 'Delete a conversation with its messages; a running turn is stopped',
        tags: ['conversations'],
        params: ById,
        response: answers({ 204: Type.Null() }, [404]),
      },
    },
    async (request, reply) => {
      await conversations.remove(callerOf(request), request.params.id)
      return reply.status(204).send(null)
    },
  )
}
