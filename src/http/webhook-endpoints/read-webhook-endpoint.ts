import type { WebhookEndpoints } from '../../webhooks/webhooks.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { ById, viewEndpoint, WebhookEndpointAnswer } from './schemas.ts'

export function readWebhookEndpoint(app: App, endpoints: WebhookEndpoints): void {
  app.get(
    '/api/webhook-endpoints/:id',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'One endpoint, without its secret',
        tags: ['webhooks'],
        params: ById,
        response: answers({ 200: WebhookEndpointAnswer }, [404]),
      },
    },
    async (request) => viewEndpoint(await endpoints.find(callerOf(request), request.params.id)),
  )
}
