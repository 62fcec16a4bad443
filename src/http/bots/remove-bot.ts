import { Type } from 'typebox'
import type { BotAdministration } from '../../channels/channels.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { ById } from './schemas.ts'

export function removeBot(app: App, bots: BotAdministration): void {
  app.delete(
    '/api/bots/:id',
    {
      config: { access: 'admin' },
      schema: {
        summary: "Remove a bot for good; with a channel's last bot its people's connections end",
        tags: ['bots'],
        params: ById,
        response: answers({ 204: Type.Null() }, [400, 404]),
      },
    },
    async (request, reply) => {
      await bots.remove(request.params.id, callerOf(request))
      return reply.code(204).send(null)
    },
  )
}
