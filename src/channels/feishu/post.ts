import { createHash } from 'node:crypto'
import type { ChatAddress } from '../channel.ts'
import { dataOf, nonsense, type FeishuApi } from './api.ts'
import { isTargetGone } from './errors.ts'
import { route } from './transport.ts'
import { textOf } from '../lenient-shape.ts'
import type { Fields } from '../../lib/json.ts'

export interface Posted {
  messageId: string
  /** What stands in the chat: a repeated call is answered with the message of the first. */
  type: string
}

/**
 * Posts one message (https://open.feishu.cn/document/server-docs/im-v1/message/create, .../reply). `uuid` makes a
 * repetition within an hour the same message. In a group an answer refers to its question while that stands; into
 * a thread there is no other way than to reply to one of its messages.
 */
export async function post(
  api: FeishuApi,
  to: ChatAddress,
  message: { type: string; content: Fields | string; uuid: string },
): Promise<Posted> {
  const { uuid } = message
  const content = typeof message.content === 'string' ? message.content : JSON.stringify(message.content)
  const body = { msg_type: message.type, content, uuid }
  const reply = (messageId: string, inThread: boolean) =>
    api.call({
      method: 'POST',
      path: route`/open-apis/im/v1/messages/${messageId}/reply`,
      json: inThread ? { ...body, reply_in_thread: true } : body,
    })
  const create = () =>
    api.call({
      method: 'POST',
      path: '/open-apis/im/v1/messages',
      query: { receive_id_type: 'chat_id' },
      json: { receive_id: to.chatId, ...body },
    })

  const { topicId, replyTo } = to
  const answer =
    topicId !== undefined
      ? await (replyTo === undefined || replyTo === topicId
          ? reply(topicId, true)
          : unlessGone(reply(replyTo, true), () => reply(topicId, true)))
      : to.kind === 'private' || replyTo === undefined
        ? await create()
        : await unlessGone(reply(replyTo, false), create)
  const data = dataOf(answer)
  const messageId = textOf(data['message_id'])
  if (messageId === undefined) throw nonsense('the answer to a message has no message_id')
  return { messageId, type: textOf(data['msg_type']) ?? message.type }
}

async function unlessGone(first: Promise<Fields>, otherwise: () => Promise<Fields>): Promise<Fields> {
  try {
    return await first
  } catch (error) {
    if (isTargetGone(error)) return otherwise()
    throw error
  }
}

/** The platform takes at most 50 characters. */
export function uuidOf(botId: string, key: string): string {
  return createHash('sha256')
    .update(JSON.stringify([botId, key]))
    .digest('hex')
    .slice(0, 40)
}
