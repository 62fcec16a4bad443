import { Type } from 'typebox'
import type { Conversations } from '../../conversations/conversations.ts'
import { answers, closed } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { questionFields, questionOf } from './question.ts'
import { ById } from './schemas.ts'
import { streamTurnTo } from './stream-turn.ts'

export function createTurn(app: App, conversations: Conversations): void {
  app.post(
    '/api/conversations/:id/turns',
    {
      config: { access: 'user', permission: 'CHAT' },
      schema: {
        summary: 'Ask the agent: an event stream if the caller accepts one, else the id of the turn',
        tags: ['conversations'],
        params: ById,
        body: Type.Object(questionFields, closed),
        response: answers(
          { 202: Type.Object({ turn_id: Type.String(), conversation_id: Type.String() }) },
          [404, 409],
        ),
      },
    },
    async (request, reply) => {
      const caller = callerOf(request)
      const turnId = await conversations.ask(caller, request.params.id, questionOf(request.body))
      if (request.headers.accept?.includes('text/event-stream') === true) {
        return streamTurnTo(reply, conversations, caller, turnId, 0)
      }
      return reply.status(202).send({ turn_id: turnId, conversation_id: request.params.id })
    },
  )
}
