import type { BotAdministration } from '../../channels/channels.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { BotAnswer, changeOf, NewBotBody, viewBot } from './schemas.ts'

export function createBot(app: App, bots: BotAdministration, publicUrl: string): void {
  app.post(
    '/api/bots',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Add a bot; its credentials are checked against the platform first',
        tags: ['bots'],
        body: NewBotBody,
        response: answers({ 201: BotAnswer }, [400, 404, 409]),
      },
    },
    async (request, reply) => {
      const { channel, name, ...change } = request.body
      const bot = await bots.create(channel, { name, ...changeOf(change) }, callerOf(request))
      return reply.code(201).send(viewBot(bot, publicUrl))
    },
  )
}
