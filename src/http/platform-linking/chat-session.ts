import { Type } from 'typebox'
import type { PlatformChat } from '../../conversations/conversations.ts'
import { answers, closed } from '../schemas.ts'
import { botOf, type App } from '../types.ts'
import { chatFields, personNamedIn } from './chat-body.ts'

export function chatSession(app: App, chat: PlatformChat): void {
  const { message, ...others } = chatFields
  app.post(
    '/api/platform-linking/chat/session',
    {
      config: { access: 'bot' },
      schema: {
        summary: 'Begin a session with a linked person, or make sure of one; asks nothing',
        description: 'A message only names the session. To ask, send it to /chat/stream.',
        tags: ['platform linking'],
        body: Type.Object({ ...others, message: Type.Optional(message) }, closed),
        response: answers({ 200: Type.Object({ session_id: Type.String() }) }, [404]),
      },
    },
    async (request) => {
      const { session_id: sessionId, message } = request.body
      const wanted = {
        ...(sessionId === undefined ? {} : { sessionId }),
        ...(message === undefined ? {} : { message }),
      }
      return { session_id: await chat.open(botOf(request), personNamedIn(request.body), wanted) }
    },
  )
}
