import { Type } from 'typebox'
import type { Linking } from '../../linking/linking.ts'
import { answers } from '../schemas.ts'
import { botOf, type App } from '../types.ts'
import { ByToken } from './schemas.ts'

const Status = Type.Object({
  status: Type.Enum(['pending', 'linked', 'expired']),
  user_id: Type.Optional(Type.String({ description: 'With `linked`: who the person is here.' })),
})

export function readTokenStatus(app: App, linking: Linking): void {
  app.get(
    '/api/platform-linking/tokens/:token/status',
    {
      config: { access: 'bot' },
      schema: {
        summary: 'What became of a link that this bot made',
        tags: ['platform linking'],
        params: ByToken,
        response: answers({ 200: Status }, [404]),
      },
    },
    async (request) => {
      const read = await linking.tokens.status(botOf(request), request.params.token)
      return read.status === 'linked' ? { status: read.status, user_id: read.userId } : read
    },
  )
}
