import { Type } from 'typebox'
import type { WebhookEndpoints } from '../../webhooks/webhooks.ts'
import { answers } from '../schemas.ts'
import { callerOf, type App } from '../types.ts'
import { viewEndpoint, WebhookEndpointAnswer } from './schemas.ts'

export function listWebhookEndpoints(app: App, endpoints: WebhookEndpoints): void {
  app.get(
    '/api/webhook-endpoints',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Where this workspace is told of events, oldest first; secrets are left out',
        tags: ['webhooks'],
        response: answers({ 200: Type.Object({ endpoints: Type.Array(WebhookEndpointAnswer) }) }),
      },
    },
    async (request) => ({ endpoints: (await endpoints.list(callerOf(request))).map(viewEndpoint) }),
  )
}
