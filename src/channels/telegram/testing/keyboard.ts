import type { ChatMessage } from './chat.ts'
import type { Parameters } from './parameters.ts'
import { badRequest } from './refusal.ts'

export interface Key {
  text: string
  callback_data: string
}

/** The inline keyboard of a call, checked as the server does: https://core.telegram.org/bots/api#inlinekeyboardbutton */
export function readKeyboard(parameters: Parameters): { reply_markup?: { inline_keyboard: Key[][] } } {
  const rows = parameters.object('reply_markup')?.['inline_keyboard']
  if (rows === undefined) return {}
  if (!Array.isArray(rows)) throw badRequest("object expected as reply markup's inline keyboard")
  const keyboard = rows.map((row: unknown) => (Array.isArray(row) ? row.map(readKey) : []))
  return { reply_markup: { inline_keyboard: keyboard } }
}

function readKey(key: unknown): Key {
  const { text, callback_data: data } = (key ?? {}) as Partial<Key>
  if (typeof text !== 'string' || text === '') throw badRequest('text button is empty')
  if (typeof data !== 'string') throw badRequest('text buttons are unallowed in the inline keyboard')
  if (Buffer.byteLength(data) < 1 || Buffer.byteLength(data) > 64) throw badRequest('BUTTON_DATA_INVALID')
  return { text, callback_data: data }
}

export function keysOf({ extra }: ChatMessage): Key[] {
  const markup = extra['reply_markup'] as { inline_keyboard: Key[][] } | undefined
  return markup?.inline_keyboard.flat() ?? []
}
