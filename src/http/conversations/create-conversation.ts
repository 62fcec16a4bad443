import { Type } from 'typebox'
import type { Conversations } from '../../conversations/conversations.ts'
import { answers, closed } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { ConversationView, viewConversation } from './schemas.ts'

export function createConversation(app: App, conversations: Conversations): void {
  app.post(
    '/api/conversations',
    {
      config: { access: 'user', permission: 'CHAT' },
      schema: {
        summary: 'Begin a conversation',
        tags: ['conversations'],
        body: Type.Object(
          {
            agent: Type.Optional(
              Type.String({
                description:
                  'A configured agent; if left out the one that the API token is kept to, or `default`.',
              }),
            ),
          },
          closed,
        ),
        response: answers({ 201: ConversationView }, [403, 409]),
      },
    },
    async (request, reply) => {
      const conversation = await conversations.create(callerOf(request), request.body.agent)
      return reply.status(201).send(viewConversation(conversation))
    },
  )
}
