import { Type } from 'typebox'
import type { BotKeys } from '../../identity/identity.ts'
import { answers, closed } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { BotKeyWithSecret, InBotKey, viewBotKey } from './schemas.ts'

const Body = Type.Object(
  {
    overlap_s: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 2_592_000,
        description: 'How long the secret before this one still counts. Left out: an hour.',
      }),
    ),
  },
  closed,
)

export function rotateBotKey(app: App, botKeys: BotKeys): void {
  app.post(
    '/api/bot-keys/:id/rotate',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Give a bot key a new secret; the one before it counts for a while yet',
        tags: ['bot keys'],
        params: InBotKey,
        body: Body,
        response: answers({ 200: BotKeyWithSecret }, [404, 409]),
      },
    },
    async (request) => {
      const { overlap_s = 3600 } = request.body
      const { key, secret } = await botKeys.rotate(callerOf(request), request.params.id, overlap_s)
      return { ...viewBotKey(key), key: secret }
    },
  )
}
