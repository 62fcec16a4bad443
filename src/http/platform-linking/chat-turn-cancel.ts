import { Type } from 'typebox'
import type { PlatformChat } from '../../conversations/conversations.ts'
import { answers } from '../schemas.ts'
import { botOf, type App } from '../types.ts'
import { ByTurn } from './chat-body.ts'

export function chatTurnCancel(app: App, chat: PlatformChat): void {
  app.post(
    '/api/platform-linking/chat/turns/:turn_id/cancel',
    {
      config: { access: 'bot' },
      schema: {
        summary: 'Ask a turn to stop, on whichever replica it runs; no effect when it is over',
        tags: ['platform linking'],
        params: ByTurn,
        response: answers({ 202: Type.Object({ turn_id: Type.String() }) }, [404]),
      },
    },
    async (request, reply) => {
      const turn = await chat.find(botOf(request), request.params.turn_id)
      await turn.cancel()
      return reply.status(202).send({ turn_id: turn.id })
    },
  )
}
