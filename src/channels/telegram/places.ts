import type { ChatAddress } from '../channel.ts'
import { ChatMovedError } from './errors.ts'

/** Sends to a chat, and once more where it has gone: a group that becomes a supergroup gets another id. */
export async function follow<T>(to: ChatAddress, send: (chatId: number) => Promise<T>): Promise<T> {
  try {
    return await send(Number(to.chatId))
  } catch (error) {
    if (error instanceof ChatMovedError) return send(error.chatId)
    throw error
  }
}

export function placeOf(to: ChatAddress): { message_thread_id?: number } {
  return to.topicId === undefined ? {} : { message_thread_id: Number(to.topicId) }
}

/** In groups an answer names its question; it is sent all the same when the question was deleted. */
export function replyOf(to: ChatAddress) {
  if (to.kind === 'private' || to.replyTo === undefined || !/^\d+$/.test(to.replyTo)) return {}
  return { reply_parameters: { message_id: Number(to.replyTo), allow_sending_without_reply: true } }
}
