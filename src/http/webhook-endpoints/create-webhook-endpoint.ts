import type { WebhookEndpoints } from '../../webhooks/webhooks.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { CreatedWebhookEndpoint, NewWebhookEndpointBody, viewEndpoint } from './schemas.ts'

export function createWebhookEndpoint(app: App, endpoints: WebhookEndpoints): void {
  app.post(
    '/api/webhook-endpoints',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Add an endpoint that is told of events; its signing secret is told this once',
        tags: ['webhooks'],
        body: NewWebhookEndpointBody,
        response: answers({ 201: CreatedWebhookEndpoint }, [409]),
      },
    },
    async (request, reply) => {
      const { endpoint, secret } = await endpoints.create(callerOf(request), request.body)
      return reply.code(201).send({ ...viewEndpoint(endpoint), secret })
    },
  )
}
