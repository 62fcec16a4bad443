import { Type } from 'typebox'
import type { WebhookEndpoints } from '../../webhooks/webhooks.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { ById } from './schemas.ts'

export function removeWebhookEndpoint(app: App, endpoints: WebhookEndpoints): void {
  app.delete(
    '/api/webhook-endpoints/:id',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Remove an endpoint with its log; what waits for it is not sent',
        tags: ['webhooks'],
        params: ById,
        response: answers({ 204: Type.Null() }, [404]),
      },
    },
    async (request, reply) => {
      await endpoints.remove(callerOf(request), request.params.id)
      return reply.code(204).send(null)
    },
  )
}
