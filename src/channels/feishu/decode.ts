import type { ChatAddress, ChatIdentity, InboundMessage } from '../channel.ts'
import type { BotAccount } from './account.ts'
import { actionOf } from './card.ts'
import { readContent, readMentions, timeOf, withNames } from './content.ts'
import { fieldsOf, isRecord, type Fields } from '../../lib/json.ts'
import { textOf } from '../lenient-shape.ts'

export interface DecodedMessage {
  message: InboundMessage
  /** The sender, by the id that the contacts know. */
  openId: string | undefined
}

export type Decoded =
  | ({ kind: 'message' } & DecodedMessage)
  | { kind: 'malformed'; key: string; raw: string; reason: string }
  /** Understood, and none of our business: bots, stickers, kinds that were subscribed by mistake. */
  | { kind: 'passed_over' }

/** Messages hold at most 150 KB. */
const maxContentLength = 200_000
const maxRawLength = 4_000
const maxIdLength = 200

/** Why an event cannot be understood. */
class Misunderstood extends Error {}

/**
 * Decodes an event of the second schema
 * (https://open.feishu.cn/document/server-docs/event-subscription-guide/event-list). Pure; never throws.
 */
export function decodeEvent(raw: unknown, bot: BotAccount): Decoded {
  const { header: head, event } = fieldsOf(raw)
  const header = fieldsOf(head)
  const id = textOf(header['event_id'])
  try {
    if (id === undefined || id.length > maxIdLength || !isRecord(event)) {
      throw new Misunderstood('not an event of the second schema')
    }
    const decoded = decodeKind(header, id, event, bot)
    return decoded === undefined ? { kind: 'passed_over' } : { kind: 'message', ...decoded }
  } catch (error) {
    const text = JSON.stringify(raw)
    const key = id === undefined ? `malformed ${text.slice(0, 100)}` : id.slice(0, maxIdLength)
    const reason = error instanceof Error ? error.message : String(error)
    return { kind: 'malformed', key, raw: text.slice(0, maxRawLength), reason }
  }
}

function decodeKind(header: Fields, id: string, event: Fields, bot: BotAccount): DecodedMessage | undefined {
  switch (header['event_type']) {
    case 'im.message.receive_v1':
      return decodeMessage(header, event, bot)
    case 'card.action.trigger':
      return decodeAction(header, id, event)
    case 'im.chat.member.bot.added_v1':
      return decodeJoined(header, id, event, 'group')
    case 'im.chat.access_event.bot_p2p_chat_entered_v1':
      // It comes whenever the chat is opened; only who never wrote is new.
      return textOf(event['last_message_id']) === undefined
        ? decodeJoined(header, id, event, 'private')
        : undefined
    default:
      return undefined
  }
}

/** https://open.feishu.cn/document/server-docs/im-v1/message/events/receive */
function decodeMessage(header: Fields, event: Fields, bot: BotAccount): DecodedMessage | undefined {
  const sender = fieldsOf(event['sender'])
  const message = fieldsOf(event['message'])
  const messageId = idOf(message, 'message_id')
  const json = message['content']
  if (typeof json !== 'string') throw new Misunderstood('the message has no content')
  if (json.length > maxContentLength) throw new Misunderstood('content too long')
  if (sender['sender_type'] !== 'user') return undefined
  const who = identityOf(sender['sender_id'], sender['tenant_key'] ?? header['tenant_key'])
  if (who.openId === bot.openId) return undefined
  const chat = addressOf(message, messageId)
  const content = readContent(textOf(message['message_type']) ?? '', json, messageId)
  if (content === undefined) return undefined
  const mentions = readMentions(message['mentions'])
  return {
    openId: who.openId,
    message: {
      key: messageId,
      kind: 'message',
      chat,
      sender: who.sender,
      messageId,
      text: withNames(content.text, mentions, bot.openId),
      addressed: chat.kind === 'private' || mentions.some(({ openId }) => openId === bot.openId),
      files: content.files,
      sentAt: timeOf(message['create_time']) ?? timeOf(header['create_time']) ?? 0,
    },
  }
}

/**
 * A thread is a conversation of its own, and all its messages name its first one as their root. That message is
 * what an answer into the thread replies to, so it is the topic; a quote outside of a thread is none.
 */
function addressOf(message: Fields, messageId: string): ChatAddress {
  const kind = message['chat_type'] === 'p2p' ? 'private' : 'group'
  if (kind === 'group' && textOf(message['chat_type']) === undefined) {
    throw new Misunderstood('the message has no chat_type')
  }
  const isInThread = textOf(message['thread_id']) !== undefined
  return {
    chatId: idOf(message, 'chat_id'),
    kind,
    ...(isInThread ? { topicId: textOf(message['root_id']) ?? messageId } : {}),
    ...(kind === 'private' ? {} : { replyTo: messageId }),
  }
}

/** https://open.feishu.cn/document/feishu-cards/card-callback-communication */
function decodeAction(header: Fields, id: string, event: Fields): DecodedMessage | undefined {
  const context = fieldsOf(event['context'])
  const action = actionOf(fieldsOf(event['action'])['value'])
  if (action === undefined) return undefined
  const operator = fieldsOf(event['operator'])
  const who = identityOf(operator, operator['tenant_key'] ?? header['tenant_key'])
  const messageId = idOf(context, 'open_message_id')
  return {
    openId: who.openId,
    message: {
      key: id,
      kind: 'message',
      chat: {
        chatId: idOf(context, 'open_chat_id'),
        kind: action.kind,
        ...(action.topicId === undefined ? {} : { topicId: action.topicId }),
        ...(action.kind === 'private' ? {} : { replyTo: messageId }),
      },
      sender: who.sender,
      messageId,
      text: action.value,
      addressed: true,
      files: [],
      sentAt: timeOf(header['create_time']) ?? 0,
    },
  }
}

/** https://open.feishu.cn/document/server-docs/group/chat-member/event/added-2 */
function decodeJoined(
  header: Fields,
  id: string,
  event: Fields,
  kind: 'private' | 'group',
): DecodedMessage | undefined {
  const who = identityOf(event['operator_id'], event['operator_tenant_key'] ?? header['tenant_key'])
  return {
    openId: who.openId,
    message: {
      key: id,
      kind: 'joined',
      chat: { chatId: idOf(event, 'chat_id'), kind },
      sender: who.sender,
      messageId: id,
      text: '',
      addressed: true,
      files: [],
      sentAt: timeOf(header['create_time']) ?? 0,
    },
  }
}

/**
 * A person is the union id, which is the same for all apps of one developer; the open id belongs to this app alone
 * and stands in only where the platform gives no union id. Both are unique within a tenant.
 */
function identityOf(ids: unknown, tenantKey: unknown): { sender: ChatIdentity; openId: string | undefined } {
  const { union_id: union, open_id: open } = fieldsOf(ids)
  const openId = textOf(open)?.slice(0, maxIdLength)
  const id = textOf(union)?.slice(0, maxIdLength) ?? openId
  if (id === undefined) throw new Misunderstood('the sender has no id')
  const tenantId = textOf(tenantKey)?.slice(0, maxIdLength) ?? ''
  return { sender: { tenantId, id, name: id }, openId }
}

function idOf(fields: Fields, key: string): string {
  const id = textOf(fields[key])
  if (id === undefined || id.length > maxIdLength) throw new Misunderstood(`no ${key}`)
  return id
}
