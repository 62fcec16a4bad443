import { Type } from 'typebox'
import type { Tokens } from '../../tokens/tokens.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { ImportBody, newTokenOf } from './bodies.ts'
import { changeMs, ReceiptView, TokenView, viewReceipt, viewToken } from './schemas.ts'

export function importTokens(app: App, tokens: Tokens): void {
  app.post(
    '/api/tokens/import',
    {
      handlerTimeout: changeMs,
      config: { access: 'user' },
      bodyLimit: 8_388_608,
      schema: {
        summary: 'Bring in API tokens that were made elsewhere, by their hashes: all of them or none',
        tags: ['API tokens'],
        body: ImportBody,
        response: answers(
          { 201: Type.Object({ tokens: Type.Array(TokenView), receipt: ReceiptView }) },
          [400, 403, 404, 409, 503],
        ),
      },
    },
    async (request, reply) => {
      const wanted = request.body.tokens.map(({ hash, prefix, last_four, ...rest }) => ({
        ...newTokenOf(rest),
        hash,
        ...(prefix !== undefined && { prefix }),
        ...(last_four !== undefined && { lastFour: last_four }),
      }))
      const { tokens: made, receipt } = await tokens.import(callerOf(request), wanted)
      return reply.code(201).send({ tokens: made.map(viewToken), receipt: viewReceipt(receipt) })
    },
  )
}
