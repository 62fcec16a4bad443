import { Type } from 'typebox'
import type { Channels } from '../../channels/channels.ts'
import { answers, closed } from '../schemas.ts'
import type { App } from '../types.ts'
import { administratorsOnly, credentialsRefusal } from './administrators-only.ts'

const Body = Type.Object({ value: Type.String({ minLength: 1, maxLength: 200 }) }, closed)

export function answerLogin(app: App, channels: Channels): void {
  app.post(
    '/api/channels/logins/:login_id',
    {
      config: { access: 'user' },
      preValidation: administratorsOnly(credentialsRefusal),
      schema: {
        summary: 'Type what a login asks for; one that has ended does not hear it',
        tags: ['channels'],
        params: Type.Object({ login_id: Type.String({ maxLength: 100 }) }),
        body: Body,
        response: answers({ 204: Type.Null() }),
      },
    },
    async (request, reply) => {
      await channels.answerLogin(request.params.login_id, request.body.value.trim())
      return reply.status(204).send(null)
    },
  )
}
