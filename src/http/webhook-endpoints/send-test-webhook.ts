import { Type } from 'typebox'
import type { WebhookEndpoints } from '../../webhooks/webhooks.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { ById } from './schemas.ts'

export function sendTestWebhook(app: App, endpoints: WebhookEndpoints): void {
  app.post(
    '/api/webhook-endpoints/:id/test',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Send an event of type `webhook.test`, whatever the endpoint asked for',
        tags: ['webhooks'],
        params: ById,
        response: answers({ 202: Type.Object({ message_id: Type.String() }) }, [404, 409]),
      },
    },
    async (request, reply) => {
      const messageId = await endpoints.test(callerOf(request), request.params.id)
      return reply.code(202).send({ message_id: messageId })
    },
  )
}
