import { Type } from 'typebox'
import { answers, closed } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { playgroundBot, type PlaygroundDependencies } from './playground-bot.ts'

export function writePlaygroundMessage(app: App, deps: PlaygroundDependencies): void {
  app.post(
    '/api/playground/messages',
    {
      config: { access: 'user' },
      schema: {
        summary: 'Write to the bot as your person in the playground',
        tags: ['playground'],
        body: Type.Object({ text: Type.String({ minLength: 1, maxLength: 4000 }) }, closed),
        response: answers({ 202: Type.Object({ accepted: Type.Literal(true) }) }, [404]),
      },
    },
    async (request, reply) => {
      const bot = await playgroundBot(deps)
      await deps.platform.write(bot.id, callerOf(request).userId, request.body.text)
      return reply.status(202).send({ accepted: true as const })
    },
  )
}
