import { Type } from 'typebox'
import type { PlatformChat } from '../../conversations/conversations.ts'
import { questionOf } from '../conversations/question.ts'
import { streamReader } from '../conversations/stream-turn.ts'
import { answers, closed } from '../schemas.ts'
import { lastEventIdOf } from '../sse.ts'
import { botOf, type App } from '../types.ts'
import { chatFields, headersOf, personNamedIn } from './chat-body.ts'

export function chatStream(app: App, chat: PlatformChat): void {
  app.post(
    '/api/platform-linking/chat/stream',
    {
      config: { access: 'bot' },
      schema: {
        summary: 'Ask for a linked person; the answer is an event stream',
        description:
          'Server-sent events in the Vercel AI SDK UI message stream protocol, version 1. X-Session-Id and X-Turn-Id say ' +
          'what is read. A retry under the same message_id is the same turn, from its beginning or after Last-Event-ID.',
        tags: ['platform linking'],
        body: Type.Object(chatFields, closed),
        produces: ['text/event-stream'],
        response: answers({}, [404, 409]),
      },
    },
    async (request, reply) => {
      const { session_id: sessionId } = request.body
      const after = lastEventIdOf(request)
      const turn = await chat.ask(botOf(request), personNamedIn(request.body), {
        ...questionOf(request.body),
        ...(sessionId === undefined ? {} : { sessionId }),
      })
      return streamReader(reply, turn.read(after), headersOf(turn))
    },
  )
}
