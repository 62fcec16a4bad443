import { PlatformError } from '../../lib/errors.ts'
import type { Button, CanEdit, CanReact, CanShowTyping, Channel, SentMessage } from '../channel.ts'
import type { TelegramApi } from './api.ts'
import { isMarkupRefused, isNotModified } from './errors.ts'
import { follow, placeOf, replyOf } from './places.ts'

type Sender = Pick<Channel, 'send'> & CanEdit & CanShowTyping & CanReact

/** What goes out to Telegram: https://core.telegram.org/bots/api#sendmessage */
export function createSender(telegram: TelegramApi): Sender {
  return {
    async send(to, message) {
      const usual = { ...placeOf(to), ...replyOf(to), ...noPreview, ...keyboardOf(message.buttons) }
      const post = (chatId: number, text: string, markup: object) =>
        telegram.call((api) => api.sendMessage(chatId, text, { ...usual, ...markup }))
      const sent = await follow(to, (chatId) =>
        withFallback(
          () => post(chatId, message.text, html),
          () => post(chatId, message.plain, {}),
        ),
      )
      return { chat_id: sent.chat.id, message_id: sent.message_id }
    },

    async edit(sent, message) {
      const { chatId, messageId } = referenceOf(sent)
      const usual = { ...noPreview, ...keyboardOf(message.buttons) }
      const replace = (text: string, markup: object) =>
        telegram.call((api) => api.editMessageText(chatId, messageId, text, { ...usual, ...markup }))
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

    async react(to, messageId, reaction) {
      if (!/^\d+$/.test(messageId)) return
      const marks = reaction === undefined ? [] : [workingMark]
      try {
        await telegram.call((api) => api.setMessageReaction(Number(to.chatId), Number(messageId), marks))
      } catch (error) {
        // Groups choose which reactions they allow.
        if (!(error instanceof PlatformError && error.kind === 'invalid')) throw error
      }
    },
  }
}

const html = { parse_mode: 'HTML' } as const
const noPreview = { link_preview_options: { is_disabled: true } } as const
const workingMark = { type: 'emoji', emoji: '👀' } as const

/** https://core.telegram.org/bots/api#inlinekeyboardbutton */
export const buttonLimits = { max: 100, maxValueBytes: 64 }
const shortLabel = 14
const inRow = 3

/** Short buttons stand side by side, as far as a phone is wide. */
function keyboardOf(buttons: readonly Button[] | undefined) {
  if (buttons === undefined || buttons.length === 0) return {}
  const width = buttons.every(({ label }) => label.length <= shortLabel) ? inRow : 1
  const keys = buttons.map(({ label, value }) => ({ text: label, callback_data: value }))
  const rows = Array.from({ length: Math.ceil(keys.length / width) }, (_, row) =>
    keys.slice(row * width, (row + 1) * width),
  )
  return { reply_markup: { inline_keyboard: rows } }
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
