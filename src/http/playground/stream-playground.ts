import type { PlaygroundChange } from '../../channels/playground/playground.ts'
import { answers } from '../schemas.ts'
import { streamEvents, type StreamedEvent } from '../sse.ts'
import { callerOf, type App } from '../types.ts'
import { playgroundBot, viewPlaygroundMessage, type PlaygroundDependencies } from './playground-bot.ts'

export function streamPlayground(app: App, deps: PlaygroundDependencies): void {
  app.get(
    '/api/playground/stream',
    {
      config: { access: 'user' },
      schema: {
        summary: 'What changes in your playground chat from now on: new and edited messages, typing',
        tags: ['playground'],
        produces: ['text/event-stream'],
        response: answers({}, [404]),
      },
    },
    async (request, reply) => {
      const { userId } = callerOf(request)
      const bot = await playgroundBot(deps)
      await streamEvents(reply, (signal) => numbered(deps.platform.watch(bot.id, userId, signal)))
    },
  )
}

async function* numbered(changes: AsyncIterable<PlaygroundChange>): AsyncIterable<StreamedEvent> {
  let id = 0
  for await (const change of changes) {
    const shown =
      change.type === 'message' ? { ...change, message: viewPlaygroundMessage(change.message) } : change
    yield { id: ++id, data: JSON.stringify(shown) }
  }
}
