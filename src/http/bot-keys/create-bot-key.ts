import type { BotKeys } from '../../identity/identity.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { BotKeyWithSecret, changeOf, NewBotKeyBody, viewBotKey } from './schemas.ts'

export function createBotKey(app: App, botKeys: BotKeys): void {
  app.post(
    '/api/bot-keys',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Make a key for an outside bot service',
        tags: ['bot keys'],
        body: NewBotKeyBody,
        response: answers({ 201: BotKeyWithSecret }, [404]),
      },
    },
    async (request, reply) => {
      const { name } = request.body
      const wanted = { agent: 'default', channels: [], ...changeOf(request.body), name }
      const { key, secret } = await botKeys.create(callerOf(request), wanted)
      return reply.code(201).send({ ...viewBotKey(key), key: secret })
    },
  )
}
