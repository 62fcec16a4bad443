import { createHash } from 'node:crypto'
import { isSigned } from '../../lib/hmac.ts'
import type { WebhookRequest, WebhookVerdict } from '../channel.ts'
import { isRecord } from '../../lib/json.ts'
import { decodeEvent, type AppAccount } from './decode.ts'

/** Older deliveries may have been recorded and played back: https://linear.app/developers/webhooks#securing-webhooks */
const replayWindowMs = 60_000
const maxRawLength = 4_000

export interface JudgeDependencies {
  webhookSecret: string
  now: () => number
  app: () => Promise<AppAccount>
  /** A session was opened: it needs a sign of life soon. */
  greet: (session: string) => void
}

/** Judges what came to the webhook: the signature over the bytes first, then the time, and then the rest. */
export async function judge(
  { headers, body }: WebhookRequest,
  { webhookSecret, now, app, greet }: JudgeDependencies,
): Promise<WebhookVerdict> {
  if (!isSigned(body, webhookSecret, headers['linear-signature']))
    return { kind: 'refused', status: 401, reason: 'the signature is missing or wrong' }
  const raw = new TextDecoder().decode(body)
  const payload = parse(raw)
  if (!isRecord(payload)) return malformed(raw, 'the body is not an object of JSON')
  const sentAt = payload['webhookTimestamp']
  if (typeof sentAt !== 'number' || !(Math.abs(now() - sentAt) <= replayWindowMs))
    return { kind: 'refused', status: 401, reason: 'the delivery is not of this minute' }
  const decoded = decodeEvent(payload, await app())
  if (decoded.kind === 'passed_over') return { kind: 'accept', batch: { messages: [] } }
  if (decoded.kind === 'malformed') return malformed(raw, decoded.reason)
  if (decoded.opened !== undefined) greet(decoded.opened)
  return { kind: 'accept', batch: { messages: [decoded.message] } }
}

function malformed(raw: string, reason: string): WebhookVerdict {
  // The headers are not signed, so only the body names what it is.
  const key = `malformed ${createHash('sha256').update(raw).digest('hex').slice(0, 32)}`
  const kept = [{ key, raw: raw.slice(0, maxRawLength), reason }]
  return { kind: 'accept', batch: { messages: [], malformed: kept } }
}

function parse(raw: string): unknown {
  try {
    return JSON.parse(raw)
  } catch {
    return undefined
  }
}
