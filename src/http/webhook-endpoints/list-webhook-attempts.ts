import { Type } from 'typebox'
import type { WebhookEndpoints } from '../../webhooks/webhooks.ts'
import { answers, closed } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { ById, viewAttempt, WebhookAttempt } from './schemas.ts'

const Query = Type.Object(
  {
    limit: Type.Optional(
      Type.String({ pattern: '^([1-9][0-9]?|100)$', description: '1 to 100; usually 50.' }),
    ),
    state: Type.Optional(Type.Enum(['delivered', 'retrying', 'failed'])),
    before: Type.Optional(
      Type.String({ pattern: '^[1-9][0-9]{0,14}$', description: '`next` of the page before.' }),
    ),
  },
  closed,
)

const Page = Type.Object({
  attempts: Type.Array(WebhookAttempt),
  next: Type.Union([Type.Integer(), Type.Null()]),
})

export function listWebhookAttempts(app: App, endpoints: WebhookEndpoints): void {
  app.get(
    '/api/webhook-endpoints/:id/attempts',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'What was sent to an endpoint and what came of it, newest first; kept for thirty days',
        tags: ['webhooks'],
        params: ById,
        querystring: Query,
        response: answers({ 200: Page }, [404]),
      },
    },
    async (request) => {
      const { limit = '50', state, before } = request.query
      const { attempts, next } = await endpoints.attempts(callerOf(request), request.params.id, {
        limit: Number(limit),
        ...(state !== undefined && { state }),
        ...(before !== undefined && { before: Number(before) }),
      })
      return { attempts: attempts.map(viewAttempt), next: next ?? null }
    },
  )
}
