import type { Tokens } from '../../tokens/tokens.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { NewTokenBody, newTokenOf } from './bodies.ts'
import { changeMs, TokenWithSecret, viewReceipt, viewToken } from './schemas.ts'

export function issueToken(app: App, tokens: Tokens): void {
  app.post(
    '/api/tokens',
    {
      handlerTimeout: changeMs,
      config: { access: 'user' },
      schema: {
        summary: 'Make an API token, with which a program acts in your name',
        tags: ['API tokens'],
        body: NewTokenBody,
        response: answers({ 201: TokenWithSecret }, [400, 403, 404, 409, 503]),
      },
    },
    async (request, reply) => {
      const { token, secret, receipt } = await tokens.issue(callerOf(request), newTokenOf(request.body))
      return reply.code(201).send({ ...viewToken(token), token: secret, receipt: viewReceipt(receipt) })
    },
  )
}
