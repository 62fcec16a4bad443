import { isSigned } from '../../lib/hmac.ts'
import type { WebhookRequest, WebhookVerdict } from '../channel.ts'
import { batchOf, decodeEvent, type AppAccount } from './decode.ts'
import type { GithubSettings } from './settings.ts'

/**
 * Judges what came to the webhook: the signature over the bytes first, and nothing is read before
 * (https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries). GitHub signs no time, so an
 * old delivery that somebody plays back is only known by the keys of its messages.
 */
export async function judge(
  request: WebhookRequest,
  { webhookSecret, tenantId }: GithubSettings,
  app: () => Promise<AppAccount>,
): Promise<WebhookVerdict> {
  const [, signature] = /^sha256=(.+)$/.exec(request.headers['x-hub-signature-256'] ?? '') ?? []
  if (!isSigned(request.body, webhookSecret, signature))
    return { kind: 'refused', status: 401, reason: 'the signature is missing or wrong' }
  const event = request.headers['x-github-event'] ?? ''
  const delivery = request.headers['x-github-delivery'] ?? ''
  if (!/^\w{1,100}$/.test(event) || !/^[\w-]{1,100}$/.test(delivery))
    return { kind: 'refused', status: 400, reason: 'the event or the id of the delivery is missing' }
  const raw = new TextDecoder().decode(request.body)
  return { kind: 'accept', batch: batchOf(await decodeBody(event, raw, tenantId, app), delivery, raw) }
}

async function decodeBody(event: string, raw: string, tenantId: string, app: () => Promise<AppAccount>) {
  let payload: unknown
  try {
    payload = JSON.parse(raw)
  } catch {
    return {
      kind: 'malformed',
      reason: 'the body is not JSON; the webhook must send application/json',
    } as const
  }
  return decodeEvent(event, payload, await app(), tenantId)
}
