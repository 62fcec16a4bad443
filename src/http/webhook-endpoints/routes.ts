import type { WebhookEndpoints } from '../../webhooks/webhooks.ts'
import type { App } from '../types.ts'
import { changeWebhookEndpoint } from './change-webhook-endpoint.ts'
import { createWebhookEndpoint } from './create-webhook-endpoint.ts'
import { listWebhookAttempts } from './list-webhook-attempts.ts'
import { listWebhookEndpoints } from './list-webhook-endpoints.ts'
import { readWebhookEndpoint } from './read-webhook-endpoint.ts'
import { removeWebhookEndpoint } from './remove-webhook-endpoint.ts'
import { replayWebhookMessage } from './replay-webhook-message.ts'
import { rotateWebhookSecret } from './rotate-webhook-secret.ts'
import { sendTestWebhook } from './send-test-webhook.ts'

/** /api/webhook-endpoints */
export function registerWebhookEndpointRoutes(app: App, endpoints: WebhookEndpoints): void {
  listWebhookEndpoints(app, endpoints)
  createWebhookEndpoint(app, endpoints)
  readWebhookEndpoint(app, endpoints)
  changeWebhookEndpoint(app, endpoints)
  removeWebhookEndpoint(app, endpoints)
  rotateWebhookSecret(app, endpoints)
  sendTestWebhook(app, endpoints)
  listWebhookAttempts(app, endpoints)
  replayWebhookMessage(app, endpoints)
}
