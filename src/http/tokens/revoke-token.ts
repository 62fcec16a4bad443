import { Type } from 'typebox'
import type { Tokens } from '../../tokens/tokens.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { changeMs, InToken, receiptFields, viewReceipt } from './schemas.ts'

export function revokeToken(app: App, tokens: Tokens): void {
  app.delete(
    '/api/tokens/:id',
    {
      handlerTimeout: changeMs,
      config: { access: 'user' },
      schema: {
        summary: 'Revoke an API token: it is dead on every replica when this answers `effective: all`',
        tags: ['API tokens'],
        params: InToken,
        response: answers(
          { 200: Type.Object({ id: Type.String(), revoked: Type.Literal(true), ...receiptFields }) },
          [404, 503],
        ),
      },
    },
    async (request) => {
      const { id } = request.params
      const receipt = await tokens.revoke(callerOf(request), id)
      return { id, revoked: true as const, ...viewReceipt(receipt) }
    },
  )
}
