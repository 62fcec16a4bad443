import type { Tokens } from '../../tokens/tokens.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { NewTokenBody, TokenWithSecret, viewToken } from './schemas.ts'

export function issueToken(app: App, tokens: Tokens): void {
  app.post(
    '/api/tokens',
    {
      config: { access: 'user' },
      schema: {
        summary: 'Make an API token, with which a program acts in your name',
        tags: ['API tokens'],
        body: NewTokenBody,
        response: answers({ 201: TokenWithSecret }, [400]),
      },
    },
    async (request, reply) => {
      const { name, permissions, expires_at, callback_origins } = request.body
      const { token, secret } = await tokens.issue(callerOf(request), {
        name,
        permissions,
        ...(expires_at === undefined ? {} : { expiresAt: new Date(expires_at) }),
        ...(callback_origins === undefined ? {} : { callbackOrigins: callback_origins }),
      })
      return reply.code(201).send({ ...viewToken(token), token: secret })
    },
  )
}
