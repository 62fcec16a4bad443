import { Type } from 'typebox'
import type { BotAdministration } from '../../channels/channels.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { BotAnswer, viewBot } from './schemas.ts'

export function listBots(app: App, bots: BotAdministration, publicUrl: string): void {
  app.get(
    '/api/bots',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'The bots of the workspace, oldest first',
        tags: ['bots'],
        response: answers({ 200: Type.Object({ bots: Type.Array(BotAnswer) }) }),
      },
    },
    async (request) => {
      const found = await bots.list(callerOf(request))
      return { bots: found.map((bot) => viewBot(bot, publicUrl)) }
    },
  )
}
