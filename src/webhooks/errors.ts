import { defineErrors } from '../lib/errors.ts'

export const webhookErrors = defineErrors({
  webhook_endpoint_not_found: { status: 404, detail: 'Webhook endpoint not found' },
  webhook_message_not_found: { status: 404, detail: 'This endpoint was sent no such message' },
  webhook_url_refused: {
    status: 422,
    detail:
      'The address must be an https URL of a public host, without user name and password. Hosts of a private network must be named in webhooks.allow_hosts.',
  },
  webhook_event_unknown: { status: 422, detail: 'There is no such event' },
  too_many_webhook_endpoints: { status: 409, detail: 'A workspace may have 20 webhook endpoints' },
  too_many_webhook_secrets: {
    status: 409,
    detail: 'Five secrets count at once already. Wait for one to end, or rotate with an overlap of 0.',
  },
  webhook_endpoint_disabled: { status: 409, detail: 'The endpoint is disabled. Enable it first.' },
})
