import type { BotKeys } from '../../identity/identity.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { BotKeyChangeBody, BotKeyView, changeOf, InBotKey, viewBotKey } from './schemas.ts'

export function changeBotKey(app: App, botKeys: BotKeys): void {
  app.patch(
    '/api/bot-keys/:id',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Change the name, agent or platforms of a bot key',
        tags: ['bot keys'],
        params: InBotKey,
        body: BotKeyChangeBody,
        response: answers({ 200: BotKeyView }, [404, 409]),
      },
    },
    async (request) =>
      viewBotKey(await botKeys.change(callerOf(request), request.params.id, changeOf(request.body))),
  )
}
