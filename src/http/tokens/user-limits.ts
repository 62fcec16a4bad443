import { Type } from 'typebox'
import type { Tokens, UserLimits } from '../../tokens/tokens.ts'
import { answers, closed } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { CreditsBody, LimitList, limitOf } from './bodies.ts'
import { CreditsView, LimitView, ReceiptView, viewCredits, viewLimit, viewReceipt } from './schemas.ts'

const OfUser = Type.Object({ id: Type.String() })
const Limits = Type.Object({
  limits: Type.Array(LimitView),
  credits: Type.Union([CreditsView, Type.Null()]),
})

export function readUserLimits(app: App, tokens: Tokens): void {
  app.get(
    '/api/users/:id/token-limits',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'What all API tokens of a user share',
        tags: ['API tokens'],
        params: OfUser,
        response: answers({ 200: Limits }, [404]),
      },
    },
    async (request) => viewLimits(await tokens.limitsOfUser(request.params.id)),
  )
}

export function setUserLimits(app: App, tokens: Tokens): void {
  app.put(
    '/api/users/:id/token-limits',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Set what all API tokens of a user share, beside the limits of each',
        tags: ['API tokens'],
        params: OfUser,
        body: Type.Object({ limits: LimitList, credits: Type.Union([CreditsBody, Type.Null()]) }, closed),
        response: answers({ 200: Type.Object({ ...Limits.properties, receipt: ReceiptView }) }, [400, 404]),
      },
    },
    async (request) => {
      const { limits, credits } = request.body
      const wanted = { limits: limits.map(limitOf), credits }
      const receipt = await tokens.setLimitsOfUser(callerOf(request), request.params.id, wanted)
      return { ...viewLimits(wanted), receipt: viewReceipt(receipt) }
    },
  )
}

function viewLimits({ limits, credits }: UserLimits) {
  return { limits: limits.map(viewLimit), credits: viewCredits(credits) }
}
