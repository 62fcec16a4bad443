import type { InboundFile } from '../channel.ts'
import { fieldsOf, isRecord, type Fields } from '../../lib/json.ts'
import { textOf } from '../lenient-shape.ts'
import { numberOf } from './numbers.ts'

export type Content = { text: string; files: InboundFile[] } | 'passed_over' | 'malformed'

/** What a message says, by its type: https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components */
export function readContent(type: string, message: Fields): Content {
  const content = message[type]
  switch (type) {
    case 'text':
      return said(fieldsOf(content)['body'])
    case 'image':
    case 'audio':
    case 'video':
    case 'document':
      return readMedia(type, content)
    case 'sticker':
      return readMedia('image', content)
    case 'button':
      return said(fieldsOf(content)['payload'] ?? fieldsOf(content)['text'])
    case 'interactive':
      return readChoice(fieldsOf(content))
    // Reactions, places, contact cards, orders, system notes, kinds that the API does not pass on.
    default:
      return 'passed_over'
  }
}

function said(text: unknown): Content {
  return typeof text === 'string' ? { text, files: [] } : 'malformed'
}

/** A button or a row of a list: its id is what it says. */
function readChoice(interactive: Fields): Content {
  const { type } = interactive
  if (type !== 'button_reply' && type !== 'list_reply') return 'passed_over'
  return said(fieldsOf(interactive[type])['id'])
}

const extensions: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'audio/ogg': 'ogg',
  'audio/mpeg': 'mp3',
  'audio/mp4': 'm4a',
  'audio/aac': 'aac',
  'audio/amr': 'amr',
  'video/mp4': 'mp4',
  'video/3gpp': '3gp',
  'application/pdf': 'pdf',
}

function readMedia(kind: 'image' | 'audio' | 'video' | 'document', media: unknown): Content {
  if (!isRecord(media)) return 'malformed'
  const id = textOf(media['id'])
  if (id === undefined || !/^\w{1,100}$/.test(id)) return 'malformed'
  // Such as `audio/ogg; codecs=opus`.
  const mediaType = (textOf(media['mime_type'])?.split(';')[0] ?? 'application/octet-stream').slice(0, 200)
  const kindOfFile = kind === 'audio' && media['voice'] === true ? 'voice' : kind
  const size = numberOf(media['file_size'])
  const file: InboundFile = {
    kind: kindOfFile,
    name: textOf(media['filename'])?.slice(0, 255) ?? `${kindOfFile}.${extensions[mediaType] ?? 'bin'}`,
    mediaType,
    ...(size !== undefined && { size }),
    ref: { media_id: id },
  }
  return { text: textOf(media['caption']) ?? '', files: [file] }
}
