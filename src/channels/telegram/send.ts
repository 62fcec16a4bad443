import type { CanEdit, CanShowTyping, Channel, ChatAddress, SentMessage } from '../channel.ts'
import type { TelegramApi } from './api.ts'
import { ChatMovedError, isMarkupRefused, isNotModified } from './errors.ts'

/** What goes out to Telegram: https://core.telegram.org/bots/api#sendmessage */
export function createSender(telegram: TelegramApi): Pick<Channel, 'send'> & CanEdit & CanShowTyping {
  return {
    async send(to, message) {
      const post = (chatId: number, text: string, markup: object) =>
        telegram.call((api) =>
          api.sendMessage(chatId, text, { ...placeOf(to), ...replyOf(to), ...noPreview, ...markup }),
        )
      const sendTo = (chatId: number) =>
        withFallback(
          () => post(chatId, message.text, html),
          () => post(chatId, message.plain, {}),
        )
      const sent = await sendTo(Number(to.chatId)).catch((error: unknown) => {
        if (error instanceof ChatMovedError) return sendTo(error.chatId)
        throw error
      })
      return { chat_id: sent.chat.id, message_id: sent.message_id }
    },

    async edit(sent, message) {
      const { chatId, messageId } = referenceOf(sent)
      const replace = (text: string, markup: object) =>
        telegram.call((api) => api.editMessageText(chatId, messageId, text, { ...noPreview, ...markup }))
      try {
        await withFallback(
          () => replace(message.text, html),
          () => replace(message.plain, {}),
        )
      } catch (error) {
        if (!isNotModified(error)) throw error
      }
    },

    async showTyping(to) {
      await telegram.call((api) => api.sendChatAction(Number(to.chatId), 'typing', placeOf(to)))
    },
  }
}

const html = { parse_mode: 'HTML' } as const
const noPreview = { link_preview_options: { is_disabled: true } } as const

function placeOf(to: ChatAddress): { message_thread_id?: number } {
  return to.topicId === undefined ? {} : { message_thread_id: Number(to.topicId) }
}

/** In groups an answer names its question; it is sent all the same when the question was deleted. */
function replyOf(to: ChatAddress) {
  if (to.kind === 'private' || to.replyTo === undefined) return {}
  return { reply_parameters: { message_id: Number(to.replyTo), allow_sending_without_reply: true } }
}

function referenceOf(sent: SentMessage): { chatId: number; messageId: number } {
  return { chatId: Number(sent['chat_id']), messageId: Number(sent['message_id']) }
}

async function withFallback<T>(marked: () => Promise<T>, plain: () => Promise<T>): Promise<T> {
  try {
    return await marked()
  } catch (error) {
    if (!isMarkupRefused(error)) throw error
    return await plain()
  }
}
