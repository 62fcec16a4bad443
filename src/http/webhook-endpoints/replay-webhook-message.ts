import { Type } from 'typebox'
import type { WebhookEndpoints } from '../../webhooks/webhooks.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'

export function replayWebhookMessage(app: App, endpoints: WebhookEndpoints): void {
  app.post(
    '/api/webhook-endpoints/:id/messages/:message_id/replay',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Send a message once more, under the same id; one that waits for its next try is tried now',
        tags: ['webhooks'],
        params: Type.Object({ id: Type.String(), message_id: Type.String() }),
        response: answers({ 202: Type.Object({ message_id: Type.String() }) }, [404, 409]),
      },
    },
    async (request, reply) => {
      const { id, message_id: messageId } = request.params
      await endpoints.replay(callerOf(request), id, messageId)
      return reply.code(202).send({ message_id: messageId })
    },
  )
}
