import { Type } from 'typebox'
import type { Tokens } from '../../tokens/tokens.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { TokenView, viewToken } from './schemas.ts'

export function listTokens(app: App, tokens: Tokens): void {
  app.get(
    '/api/tokens',
    {
      config: { access: 'user' },
      schema: {
        summary: 'Your API tokens, revoked and expired ones too, newest first',
        tags: ['API tokens'],
        response: answers({ 200: Type.Object({ tokens: Type.Array(TokenView) }) }),
      },
    },
    async (request) => ({ tokens: (await tokens.list(callerOf(request))).map(viewToken) }),
  )
}
