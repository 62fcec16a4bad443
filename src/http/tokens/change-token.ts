import type { Tokens } from '../../tokens/tokens.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { changeOf, TokenChangeBody } from './bodies.ts'
import { changeMs, InToken, TokenWithReceipt, viewReceipt, viewToken } from './schemas.ts'

export function changeToken(app: App, tokens: Tokens): void {
  app.patch(
    '/api/tokens/:id',
    {
      handlerTimeout: changeMs,
      config: { access: 'user' },
      schema: {
        summary: 'Change an API token: it counts so on every replica when this answers',
        tags: ['API tokens'],
        params: InToken,
        body: TokenChangeBody,
        response: answers({ 200: TokenWithReceipt }, [400, 403, 404, 409, 503]),
      },
    },
    async (request) => {
      const { id } = request.params
      const { token, receipt } = await tokens.change(callerOf(request), id, changeOf(request.body))
      return { ...viewToken(token), receipt: viewReceipt(receipt) }
    },
  )
}
