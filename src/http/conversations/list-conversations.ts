import { Type } from 'typebox'
import type { Conversations } from '../../conversations/conversations.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { ConversationView, viewConversation } from './schemas.ts'

export function listConversations(app: App, conversations: Conversations): void {
  app.get(
    '/api/conversations',
    {
      config: { access: 'user', permission: 'CHAT' },
      schema: {
        summary: 'Your conversations, the most recently used first',
        tags: ['conversations'],
        response: answers({ 200: Type.Object({ conversations: Type.Array(ConversationView) }) }),
      },
    },
    async (request) => ({
      conversations: (await conversations.list(callerOf(request))).map(viewConversation),
    }),
  )
}
