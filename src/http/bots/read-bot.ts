import type { BotAdministration } from '../../channels/channels.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { BotAnswer, ById, viewBot } from './schemas.ts'

export function readBot(app: App, bots: BotAdministration, publicUrl: string): void {
  app.get(
    '/api/bots/:id',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'One bot and how it fares',
        tags: ['bots'],
        params: ById,
        response: answers({ 200: BotAnswer }, [404]),
      },
    },
    async (request) => viewBot(await bots.find(request.params.id, callerOf(request)), publicUrl),
  )
}
