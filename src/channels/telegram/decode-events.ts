import type { ChatAddress, ChatIdentity } from '../channel.ts'
import type { Decoded } from './decode.ts'
import type { TelegramCallbackQuery, TelegramMembership, TelegramMessage, TelegramUser } from './types.ts'

type Place = Pick<TelegramMessage, 'message_id' | 'chat' | 'message_thread_id' | 'is_topic_message'>

/** A button that was pressed says its value. Those under messages of inline mode have no chat and are not ours. */
export function decodePress(updateId: number, query: TelegramCallbackQuery): Decoded {
  const { from, message, data, id } = query
  if (message === undefined || data === undefined || from.is_bot || kindOf(message.chat.type) === undefined)
    return { kind: 'passed_over', updateId }
  return {
    kind: 'message',
    updateId,
    callbackId: id,
    message: {
      key: String(updateId),
      kind: 'message',
      chat: addressOf(message),
      sender: senderOf(from),
      messageId: String(message.message_id),
      text: data.trim(),
      addressed: true,
      files: [],
      sentAt: message.date * 1000,
    },
  }
}

/** Somebody put the bot into a group. In private the person's `/start` says the same. */
export function decodeMembership(updateId: number, change: TelegramMembership): Decoded {
  const { chat, from, date, old_chat_member: before, new_chat_member: after } = change
  if (kindOf(chat.type) !== 'group' || from.is_bot || isIn(before) || !isIn(after))
    return { kind: 'passed_over', updateId }
  return {
    kind: 'message',
    updateId,
    message: {
      key: String(updateId),
      kind: 'joined',
      chat: { chatId: String(chat.id), kind: 'group' },
      sender: senderOf(from),
      // There is no message to answer to.
      messageId: '',
      text: '',
      addressed: true,
      files: [],
      sentAt: date * 1000,
    },
  }
}

function isIn({ status, is_member }: TelegramMembership['new_chat_member']): boolean {
  return (
    ['creator', 'administrator', 'member'].includes(status) || (status === 'restricted' && is_member === true)
  )
}

/** Undefined for channels, where nobody can be answered. */
export function kindOf(type: string): ChatAddress['kind'] | undefined {
  if (type === 'private') return 'private'
  return type === 'group' || type === 'supergroup' ? 'group' : undefined
}

export function addressOf(message: Place): ChatAddress {
  // Replies outside of forums carry a message_thread_id as well; only topics are conversations of their own.
  const topic = message.is_topic_message === true ? message.message_thread_id : undefined
  const isPrivate = message.chat.type === 'private'
  return {
    chatId: String(message.chat.id),
    kind: isPrivate ? 'private' : 'group',
    ...(topic === undefined ? {} : { topicId: String(topic) }),
    ...(isPrivate ? {} : { replyTo: String(message.message_id) }),
  }
}

export function senderOf(from: TelegramUser): ChatIdentity {
  return {
    tenantId: '',
    id: String(from.id),
    name: [from.first_name, from.last_name].filter(Boolean).join(' ').slice(0, 255),
    ...(from.username === undefined ? {} : { username: from.username.slice(0, 255) }),
  }
}
