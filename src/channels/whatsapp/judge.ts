import { createHash, timingSafeEqual } from 'node:crypto'
import { isSigned } from '../../lib/hmac.ts'
import type {
  ChannelMemory,
  InboundBatch,
  InboundMessage,
  WebhookRequest,
  WebhookVerdict,
} from '../channel.ts'
import { decodeWebhook, type Decoded } from './decode.ts'
import { identify, idOfRecipient, takeNotes, type Notes } from './people.ts'
import type { WhatsAppSettings } from './settings.ts'
import { noteClosed, noteInbound } from './window.ts'

const maxBodyBytes = 1024 * 1024

/**
 * Judges one request of Meta: the handshake when the address is entered, or a signed notification.
 * https://developers.facebook.com/docs/graph-api/webhooks/getting-started
 */
export async function judge(
  settings: WhatsAppSettings,
  memory: Pick<ChannelMemory, 'read'>,
  request: WebhookRequest,
): Promise<WebhookVerdict> {
  if (request.method === 'GET') return shakeHands(settings, request.query)
  if (request.body.byteLength > maxBodyBytes) return refused(400, 'the body is too large')
  const [algorithm, signature] = (request.headers['x-hub-signature-256'] ?? '').split('=', 2)
  if (algorithm !== 'sha256' || !isSigned(request.body, settings.appSecret, signature))
    return refused(401, 'the signature is missing or wrong')
  const decoded = decodeWebhook(request.body, settings.phoneNumberId)
  return { kind: 'accept', batch: await batchOf(decoded, memory) }
}

function shakeHands(settings: WhatsAppSettings, query: WebhookRequest['query']): WebhookVerdict {
  const challenge = query['hub.challenge'] ?? ''
  if (query['hub.mode'] !== 'subscribe' || !isSame(query['hub.verify_token'] ?? '', settings.verifyToken))
    return refused(403, 'the verify token is wrong')
  if (!/^[\w.-]{1,500}$/.test(challenge)) return refused(400, 'the challenge is missing or strange')
  return { kind: 'reply', status: 200, contentType: 'text/plain', body: challenge }
}

async function batchOf(
  decoded: readonly Decoded[],
  memory: Pick<ChannelMemory, 'read'>,
): Promise<InboundBatch> {
  const notes = takeNotes(memory)
  const messages: InboundMessage[] = []
  for (const one of decoded) {
    if (one.kind === 'message') messages.push(await settle(one, notes))
    if (one.kind === 'window_closed')
      await noteClosed(notes, await idOfRecipient(one.recipient, notes), one.at)
  }
  const receipts = decoded.flatMap((one) => (one.kind === 'receipt' ? [one.receipt] : []))
  return {
    messages: messages.sort((a, b) => a.sentAt - b.sentAt),
    ...(receipts.length > 0 && { receipts }),
    malformed: decoded.flatMap((one) =>
      one.kind === 'malformed' ? [{ key: one.key, raw: one.raw, reason: one.reason }] : [],
    ),
    memory: notes.written,
  }
}

async function settle(
  { author, message }: Extract<Decoded, { kind: 'message' }>,
  notes: Notes,
): Promise<InboundMessage> {
  const id = await identify(author, notes)
  await noteInbound(notes, id, message.sentAt, message.messageId)
  return {
    ...message,
    chat: { chatId: id, kind: 'private' },
    sender: {
      tenantId: '',
      id,
      name: author.name,
      ...(author.username !== undefined && { username: author.username }),
    },
  }
}

/** Compares digests, so that the time says nothing about the length either. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}

function refused(status: 400 | 401 | 403, reason: string): WebhookVerdict {
  return { kind: 'refused', status, reason }
}
