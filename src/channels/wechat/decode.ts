import type { InboundMessage } from '../channel.ts'
import { isRecord, type Fields } from '../../lib/json.ts'
import { fileIn } from './decode-file.ts'
import { fromPerson, idOf, itemTypes, numberOf, textOf } from './types.ts'

/** Far more than a phone sends in one message. */
const maxTextLength = 65_536
const maxIdLength = 256
/** How much of a malformed message is kept for people to look at. */
const maxRawLength = 4_000

export type Decoded =
  | { kind: 'message'; message: InboundMessage; contextToken: string | undefined }
  | { kind: 'malformed'; key: string; raw: string; reason: string }
  /** Understood, and none of our business: our own messages, groups, kinds without text or file. */
  | { kind: 'passed_over' }

/** Decodes one element of `msgs` in the answer of `getupdates`. Pure; never throws. */
export function decodeMessage(raw: unknown, now: number): Decoded {
  if (!isRecord(raw)) return malformed(raw, 'not an object')
  const id = idOf(raw['message_id'])
  const chatId = textOf(raw['from_user_id'])
  const items = raw['item_list'] ?? []
  if (id === undefined || id.length > maxIdLength) return malformed(raw, 'message_id is missing')
  if (chatId === undefined || chatId.length > maxIdLength) return malformed(raw, 'from_user_id is missing')
  if (!Array.isArray(items) || !items.every(isRecord)) return malformed(raw, 'item_list is no list of items')
  const isFromPerson = (numberOf(raw['message_type']) ?? fromPerson) === fromPerson
  if (!isFromPerson || textOf(raw['group_id']) !== undefined) return { kind: 'passed_over' }
  const content = contentOf(items)
  if (typeof content === 'string') return malformed(raw, content)
  if (content.text === '' && content.files.length === 0) return { kind: 'passed_over' }
  return {
    kind: 'message',
    contextToken: textOf(raw['context_token']),
    message: {
      key: id,
      kind: 'message',
      chat: { chatId, kind: 'private' },
      // The platform tells no name.
      sender: { tenantId: '', id: chatId, name: chatId },
      messageId: id,
      ...content,
      addressed: true,
      sentAt: numberOf(raw['create_time_ms']) ?? now,
    },
  }
}

/** Text and files of a message; a sentence when it cannot be understood. */
function contentOf(items: readonly Fields[]): Pick<InboundMessage, 'text' | 'files'> | string {
  const texts: string[] = []
  const files: InboundMessage['files'] = []
  for (const item of items) {
    if (numberOf(item['type']) === itemTypes.text) {
      const text = isRecord(item['text_item']) ? item['text_item']['text'] : undefined
      if (typeof text !== 'string') return 'an item of type text has no text'
      texts.push(text)
      continue
    }
    const found = fileIn(item)
    if (typeof found === 'string') texts.push(found)
    else if (found !== undefined) files.push(found)
  }
  const text = texts.join('\n').trim()
  return text.length > maxTextLength ? 'the text is too long' : { text, files }
}

function malformed(raw: unknown, reason: string): Decoded {
  const shown = JSON.stringify(raw).slice(0, maxRawLength)
  const id = isRecord(raw) ? idOf(raw['message_id'])?.slice(0, maxIdLength) : undefined
  return { kind: 'malformed', key: id ?? `malformed ${shown.slice(0, 100)}`, raw: shown, reason }
}
