import type { PlatformChat } from '../../conversations/conversations.ts'
import { streamReader } from '../conversations/stream-turn.ts'
import { answers } from '../schemas.ts'
import { lastEventIdOf } from '../sse.ts'
import { botOf, type App } from '../types.ts'
import { ByTurn, headersOf } from './chat-body.ts'

export function chatTurnStream(app: App, chat: PlatformChat): void {
  app.get(
    '/api/platform-linking/chat/turns/:turn_id/stream',
    {
      config: { access: 'bot' },
      schema: {
        summary:
          'The events of a turn of one of the bot’s sessions, after Last-Event-ID; also after it has ended',
        description: 'Server-sent events in the Vercel AI SDK UI message stream protocol, version 1.',
        tags: ['platform linking'],
        params: ByTurn,
        produces: ['text/event-stream'],
        response: answers({}, [404]),
      },
    },
    async (request, reply) => {
      const after = lastEventIdOf(request)
      const turn = await chat.find(botOf(request), request.params.turn_id)
      return streamReader(reply, turn.read(after), headersOf(turn))
    },
  )
}
