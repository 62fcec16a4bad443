import { createHash } from 'node:crypto'
import type { InboundMessage, Receipt } from '../channel.ts'
import { readContent } from './content.ts'
import { windowClosed } from './errors.ts'
import { fieldsOf, isRecord, listOf, type Fields } from '../../lib/json.ts'
import { textOf } from '../lenient-shape.ts'
import { numberOf } from './numbers.ts'

/** Texts of people end at 4,096; longer ones come from somebody who is not to be believed. */
const maxTextLength = 16_384
/** How much of what is malformed is kept for people to look at. */
const maxRawLength = 4_000

/** Who wrote, by the two kinds of ids that WhatsApp has; at least one is there. */
export interface Author {
  /** The phone number, in digits. */
  waId?: string
  /** The business-scoped user id, such as `US.13491208655302741918`. */
  userId?: string
  name: string
  username?: string
}

export type Decoded =
  | { kind: 'message'; author: Author; message: Omit<InboundMessage, 'chat' | 'sender'> }
  /** An answer of ours did not arrive because the person wrote too long ago. */
  | { kind: 'window_closed'; recipient: string; at: number }
  | { kind: 'receipt'; receipt: Receipt }
  | { kind: 'malformed'; key: string; raw: string; reason: string }

/**
 * Decodes the body of a webhook whose signature was checked. What is understood and none of our business is left
 * out: other numbers of the same account, reactions, groups, kinds without text or file. Never throws.
 * https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/payload-examples
 */
export function decodeWebhook(body: Uint8Array, phoneNumberId: string): Decoded[] {
  const text = new TextDecoder().decode(body)
  let payload: unknown
  try {
    payload = JSON.parse(text)
  } catch {
    return [malformed(text, 'not JSON')]
  }
  const entries = fieldsOf(payload)['entry']
  if (!Array.isArray(entries)) return [malformed(payload, 'no list of entries')]
  return listOf(entries).flatMap((entry) => {
    const { changes } = fieldsOf(entry)
    if (!Array.isArray(changes)) return [malformed(entry, 'an entry without changes')]
    return listOf(changes).flatMap((change) => decodeChange(change, phoneNumberId))
  })
}

function decodeChange(change: unknown, phoneNumberId: string): Decoded[] {
  const { field, value } = fieldsOf(change)
  if (typeof field !== 'string') return [malformed(change, 'a change without a field')]
  if (field !== 'messages') return []
  if (!isRecord(value)) return [malformed(change, 'a change without a value')]
  const number = textOf(fieldsOf(value['metadata'])['phone_number_id'])
  if (number === undefined) return [malformed(change, 'a change without a phone number id')]
  if (number !== phoneNumberId) return []
  const { messages = [], statuses = [], contacts } = value
  if (!Array.isArray(messages) || !Array.isArray(statuses)) return [malformed(change, 'messages are no list')]
  return [
    ...listOf(messages).flatMap((message) => decodeMessage(message, listOf(contacts))),
    ...listOf(statuses).flatMap(decodeStatus),
  ]
}

function decodeMessage(raw: unknown, contacts: readonly unknown[]): Decoded[] {
  if (!isRecord(raw)) return [malformed(raw, 'a message is no object')]
  const { id, type } = raw
  const at = numberOf(raw['timestamp'])
  if (typeof id !== 'string' || !/^[!-~]{1,500}$/.test(id)) return [malformed(raw, 'a message without an id')]
  if (typeof type !== 'string') return [malformed(raw, 'a message without a type', id)]
  if (at === undefined) return [malformed(raw, 'a message without a time', id)]
  // Groups are another product with other rules: https://developers.facebook.com/docs/whatsapp/cloud-api/groups
  if (raw['group_id'] !== undefined) return []
  const author = authorOf(raw, contacts)
  if (author === undefined) return [malformed(raw, 'a message without a sender', id)]
  const content = readContent(type, raw)
  if (content === 'passed_over') return []
  if (content === 'malformed') return [malformed(raw, `a ${type.slice(0, 30)} without its content`, id)]
  if (content.text.length > maxTextLength) return [malformed(raw, 'text too long', id)]
  const message = { key: id, kind: 'message', messageId: id, ...content, addressed: true } as const
  return [{ kind: 'message', author, message: { ...message, sentAt: at * 1000 } }]
}

function authorOf(message: Fields, contacts: readonly unknown[]): Author | undefined {
  const from = textOf(message['from'])
  const userId = textOf(message['from_user_id'])
  const contact = contacts
    .map(fieldsOf)
    .find(
      ({ wa_id, user_id }) =>
        (from !== undefined && wa_id === from) || (userId !== undefined && user_id === userId),
    )
  const profile = fieldsOf(contact?.['profile'])
  const waId = isWaId(from) ? from : undefined
  const scoped = userId ?? textOf(contact?.['user_id'])
  const bsuid = isUserId(scoped) ? scoped : undefined
  if (waId === undefined && bsuid === undefined) return undefined
  const username = textOf(profile['username'])?.slice(0, 255)
  return {
    ...(waId !== undefined && { waId }),
    ...(bsuid !== undefined && { userId: bsuid }),
    name: textOf(profile['name'])?.slice(0, 255) ?? username ?? waId ?? 'WhatsApp user',
    ...(username !== undefined && { username }),
  }
}

export function isWaId(id: string | undefined): id is string {
  return id !== undefined && /^\d{5,20}$/.test(id)
}

/** Country code, dot, letters and digits; `.ENT.` marks one that spans several businesses. */
export function isUserId(id: string | undefined): id is string {
  return id !== undefined && /^[A-Z]{2}\.[A-Za-z0-9.]{1,130}$/.test(id)
}

/**
 * `sent` says no more than the answer to the call did. `played` is `read` of a voice note.
 * https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components#statuses-object
 */
const receiptStates: Readonly<Record<string, Receipt['state']>> = {
  delivered: 'delivered',
  read: 'read',
  played: 'read',
  failed: 'failed',
}

function decodeStatus(raw: unknown): Decoded[] {
  const { id, status, timestamp, errors, ...rest } = fieldsOf(raw)
  const at = numberOf(timestamp)
  const state = receiptStates[textOf(status) ?? '']
  if (at === undefined || state === undefined) return []
  const decoded: Decoded[] = []
  const [error] = listOf(errors).map(fieldsOf)
  const code = numberOf(error?.['code'])
  const messageId = textOf(id)
  if (messageId !== undefined) {
    const why =
      state !== 'failed' ? {} : { ...(code !== undefined && { code: String(code) }), ...wordsOf(error) }
    decoded.push({ kind: 'receipt', receipt: { messageId, state, ...why, at: at * 1000 } })
  }
  const waId = textOf(rest['recipient_id'])
  const userId = textOf(rest['recipient_user_id'])
  const recipient = isUserId(userId) ? userId : waId
  const isClosed = listOf(errors).some((one) => numberOf(fieldsOf(one)['code']) === windowClosed)
  if (state === 'failed' && isClosed && recipient !== undefined)
    decoded.push({ kind: 'window_closed', recipient, at: at * 1000 })
  return decoded
}

/** What Meta says of an error: its title, or the longer details. */
function wordsOf(error: Fields | undefined): { reason?: string } {
  const words = textOf(fieldsOf(error?.['error_data'])['details']) ?? textOf(error?.['title'])
  return words === undefined ? {} : { reason: `WhatsApp: ${words.slice(0, 300)}` }
}

function malformed(raw: unknown, reason: string, id?: string): Decoded {
  const text = (typeof raw === 'string' ? raw : JSON.stringify(raw)).slice(0, maxRawLength)
  const key = id ?? `malformed ${createHash('sha256').update(text).digest('hex')}`
  return { kind: 'malformed', key, raw: text, reason }
}
