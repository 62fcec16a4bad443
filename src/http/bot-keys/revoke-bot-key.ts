import { Type } from 'typebox'
import type { BotKeys } from '../../identity/identity.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { InBotKey } from './schemas.ts'

export function revokeBotKey(app: App, botKeys: BotKeys): void {
  app.delete(
    '/api/bot-keys/:id',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Revoke a bot key: it is dead on every replica when this answers',
        tags: ['bot keys'],
        params: InBotKey,
        response: answers({ 204: Type.Null() }, [404, 409]),
      },
    },
    async (request, reply) => {
      await botKeys.revoke(callerOf(request), request.params.id)
      return reply.code(204).send(null)
    },
  )
}
