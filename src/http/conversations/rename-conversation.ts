import { Type } from 'typebox'
import type { Conversations } from '../../conversations/conversations.ts'
import { answers, closed } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { ById, ConversationView, viewConversation } from './schemas.ts'

export function renameConversation(app: App, conversations: Conversations): void {
  app.patch(
    '/api/conversations/:id',
    {
      config: { access: 'user' },
      schema: {
        summary: 'Rename a conversation',
        tags: ['conversations'],
        params: ById,
        body: Type.Object({ title: Type.String({ minLength: 1, maxLength: 200 }) }, closed),
        response: answers({ 200: ConversationView }, [404]),
      },
    },
    async (request) =>
      viewConversation(await conversations.rename(callerOf(request), request.params.id, request.body.title)),
  )
}
