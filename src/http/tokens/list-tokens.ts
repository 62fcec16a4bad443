import { Type } from 'typebox'
import type { Tokens } from '../../tokens/tokens.ts'
import { answers, closed } from '../schemas.ts'
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
        querystring: Type.Object(
          {
            of: Type.Optional(
              Type.Enum(['mine', 'workspace'], { description: 'Of the workspace: for its administrators.' }),
            ),
          },
          closed,
        ),
        response: answers({ 200: Type.Object({ tokens: Type.Array(TokenView) }) }, [403]),
      },
    },
    async (request) => {
      const found = await tokens.list(callerOf(request), request.query.of)
      return { tokens: found.map(viewToken) }
    },
  )
}
