import type { Tokens } from '../../tokens/tokens.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { InToken, TokenView, viewToken } from './schemas.ts'

export function readToken(app: App, tokens: Tokens): void {
  app.get(
    '/api/tokens/:id',
    {
      config: { access: 'user' },
      schema: {
        summary: 'One API token, without its secret',
        tags: ['API tokens'],
        params: InToken,
        response: answers({ 200: TokenView }, [404]),
      },
    },
    async (request) => viewToken(await tokens.find(callerOf(request), request.params.id)),
  )
}
