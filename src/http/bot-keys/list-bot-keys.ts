import { Type } from 'typebox'
import type { BotKeys } from '../../identity/identity.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { BotKeyView, viewBotKey } from './schemas.ts'

export function listBotKeys(app: App, botKeys: BotKeys): void {
  app.get(
    '/api/bot-keys',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'The keys of outside bot services, revoked ones too, newest first',
        tags: ['bot keys'],
        response: answers({ 200: Type.Object({ bot_keys: Type.Array(BotKeyView) }) }),
      },
    },
    async (request) => ({ bot_keys: (await botKeys.list(callerOf(request))).map(viewBotKey) }),
  )
}
