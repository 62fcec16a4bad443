import { Type } from 'typebox'
import type { Conversations } from '../../conversations/conversations.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { ById, MessageView, TurnView, viewMessage } from './schemas.ts'

export function listMessages(app: App, conversations: Conversations): void {
  app.get(
    '/api/conversations/:id/messages',
    {
      config: { access: 'user', permission: 'CHAT' },
      schema: {
        summary: 'The newest messages of a conversation, oldest first, and the turn that is not over yet',
        tags: ['conversations'],
        params: ById,
        response: answers(
          {
            200: Type.Object({
              messages: Type.Array(MessageView),
              turn: Type.Union([TurnView, Type.Null()]),
            }),
          },
          [404],
        ),
      },
    },
    async (request) => {
      const { messages, turn } = await conversations.messages(callerOf(request), request.params.id)
      return { messages: messages.map(viewMessage), turn }
    },
  )
}
