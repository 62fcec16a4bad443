import { Type } from 'typebox'
import type { Tokens } from '../../tokens/tokens.ts'
import { answers, closed } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { changeMs, InToken, TokenWithSecret, viewReceipt, viewToken } from './schemas.ts'

const Body = Type.Object(
  {
    overlap_s: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 2_592_000,
        description: 'How long the secret before this one still counts. Left out: not at all.',
      }),
    ),
  },
  closed,
)

export function rotateToken(app: App, tokens: Tokens): void {
  app.post(
    '/api/tokens/:id/rotate',
    {
      handlerTimeout: changeMs,
      config: { access: 'user' },
      schema: {
        summary: 'Give an API token a new secret; the one before it may count for a while yet',
        tags: ['API tokens'],
        params: InToken,
        body: Body,
        response: answers({ 200: TokenWithSecret }, [404, 409, 503]),
      },
    },
    async (request) => {
      const { overlap_s = 0 } = request.body
      const { token, secret, receipt } = await tokens.rotate(callerOf(request), request.params.id, overlap_s)
      return { ...viewToken(token), token: secret, receipt: viewReceipt(receipt) }
    },
  )
}
