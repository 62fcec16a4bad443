import { Type } from 'typebox'
import type { WebhookEndpoints } from '../../webhooks/webhooks.ts'
import { answers, closed } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { ById } from './schemas.ts'

const daySeconds = 24 * 60 * 60

const Body = Type.Object(
  {
    overlap_s: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 7 * daySeconds,
        description: 'How long the former secrets sign beside the new one; a day when left out.',
      }),
    ),
  },
  closed,
)

export function rotateWebhookSecret(app: App, endpoints: WebhookEndpoints): void {
  app.post(
    '/api/webhook-endpoints/:id/rotate',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Exchange the signing secret; the new one is told this once',
        tags: ['webhooks'],
        params: ById,
        body: Body,
        response: answers({ 200: Type.Object({ secret: Type.String() }) }, [404, 409]),
      },
    },
    async (request) => {
      const { overlap_s: overlapSeconds = daySeconds } = request.body
      const secret = await endpoints.rotate(callerOf(request), request.params.id, overlapSeconds * 1_000)
      return { secret }
    },
  )
}
