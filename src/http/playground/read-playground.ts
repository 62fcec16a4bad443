import { Type } from 'typebox'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import {
  playgroundBot,
  PlaygroundMessageView,
  viewPlaygroundMessage,
  type PlaygroundDependencies,
} from './playground-bot.ts'

const Party = Type.Object({ id: Type.String(), name: Type.String() })

export function readPlayground(app: App, deps: PlaygroundDependencies): void {
  app.get(
    '/api/playground',
    {
      config: { access: 'user' },
      schema: {
        summary: 'Your chat in the playground, and whether it is connected to you',
        tags: ['playground'],
        response: answers(
          {
            200: Type.Object({
              bot: Party,
              person: Party,
              connected: Type.Boolean(),
              messages: Type.Array(PlaygroundMessageView),
            }),
          },
          [404],
        ),
      },
    },
    async (request) => {
      const caller = callerOf(request)
      const bot = await playgroundBot(deps)
      const identity = { channel: 'playground', tenantId: '', externalId: caller.userId }
      const [[owner], messages] = await Promise.all([
        deps.linking.resolve(deps.db, [identity]),
        deps.platform.messages(bot.id, caller.userId),
      ])
      return {
        bot: { id: bot.id, name: bot.name },
        person: { id: caller.userId, name: caller.name },
        connected: owner?.user.id === caller.userId,
        messages: messages.map(viewPlaygroundMessage),
      }
    },
  )
}
