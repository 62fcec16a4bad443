import type { WebhookEndpoints } from '../../webhooks/webhooks.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { ById, viewEndpoint, WebhookEndpointAnswer, WebhookEndpointChangeBody } from './schemas.ts'

export function changeWebhookEndpoint(app: App, endpoints: WebhookEndpoints): void {
  app.patch(
    '/api/webhook-endpoints/:id',
    {
      config: { access: 'admin' },
      schema: {
        summary:
          'Change what is given of an endpoint, or disable it; what waits for a disabled one has failed',
        tags: ['webhooks'],
        params: ById,
        body: WebhookEndpointChangeBody,
        response: answers({ 200: WebhookEndpointAnswer }, [404]),
      },
    },
    async (request) =>
      viewEndpoint(await endpoints.change(callerOf(request), request.params.id, request.body)),
  )
}
