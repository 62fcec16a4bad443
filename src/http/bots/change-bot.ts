import type { BotAdministration } from '../../channels/channels.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { BotAnswer, BotChangeBody, ById, changeOf, viewBot } from './schemas.ts'

export function changeBot(app: App, bots: BotAdministration, publicUrl: string): void {
  app.patch(
    '/api/bots/:id',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Change what is given of a bot, or pause it',
        tags: ['bots'],
        params: ById,
        body: BotChangeBody,
        response: answers({ 200: BotAnswer }, [400, 404, 409]),
      },
    },
    async (request) => {
      const bot = await bots.change(request.params.id, changeOf(request.body), callerOf(request))
      return viewBot(bot, publicUrl)
    },
  )
}
