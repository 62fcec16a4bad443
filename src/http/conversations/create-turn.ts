import { Type } from 'typebox'
import type { Conversations } from '../../conversations/conversations.ts'
import { answers, closed } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { ById } from './schemas.ts'
import { streamTurnTo } from './stream-turn.ts'

const Body = Type.Object(
  {
    message: Type.String({ minLength: 1, maxLength: 32_000 }),
    message_id: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: 'Your own key: a retry under it is the same turn.',
      }),
    ),
    files: Type.Optional(
      Type.Array(
        Type.Object(
          {
            url: Type.String({ pattern: '^data:', description: 'The file as a data: URL.' }),
            media_type: Type.String(),
            filename: Type.Optional(Type.String({ maxLength: 255 })),
          },
          closed,
        ),
        { maxItems: 10 },
      ),
    ),
  },
  closed,
)

export function createTurn(app: App, conversations: Conversations): void {
  app.post(
    '/api/conversations/:id/turns',
    {
      config: { access: 'user' },
      schema: {
        summary: 'Ask the agent: an event stream if the caller accepts one, else the id of the turn',
        tags: ['conversations'],
        params: ById,
        body: Body,
        response: answers(
          { 202: Type.Object({ turn_id: Type.String(), conversation_id: Type.String() }) },
          [404],
        ),
      },
    },
    async (request, reply) => {
      const caller = callerOf(request)
      const { message, message_id, files = [] } = request.body
      const turnId = await conversations.ask(caller, request.params.id, {
        text: message,
        files: files.map(({ url, media_type, filename }) => ({
          url,
          mediaType: media_type,
          ...(filename === undefined ? {} : { filename }),
        })),
        ...(message_id === undefined ? {} : { messageId: message_id }),
      })
      if (request.headers.accept?.includes('text/event-stream') === true) {
        return streamTurnTo(reply, conversations, caller, turnId, 0)
      }
      return reply.status(202).send({ turn_id: turnId, conversation_id: request.params.id })
    },
  )
}
