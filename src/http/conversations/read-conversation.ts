import type { Conversations } from '../../conversations/conversations.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { ById, ConversationView, viewConversation } from './schemas.ts'

export function readConversation(app: App, conversations: Conversations): void {
  app.get(
    '/api/conversations/:id',
    {
      config: { access: 'user', permission: 'CHAT' },
      schema: {
        summary: 'One conversation',
        tags: ['conversations'],
        params: ById,
        response: answers({ 200: ConversationView }, [404]),
      },
    },
    async (request) => viewConversation(await conversations.find(callerOf(request), request.params.id)),
  )
}
