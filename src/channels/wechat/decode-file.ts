import type { InboundFile } from '../channel.ts'
import { isRecord, type Fields } from '../../lib/json.ts'
import { mediaTypeOf, voiceTypeOf } from './media-types.ts'
import { itemTypes, numberOf, textOf } from './types.ts'

/** Where the bytes of a file lie, and the key that opens them; as the platform says it. */
export interface MediaRef {
  param?: string
  url?: string
  /** 32 hex digits; absent where the file is not encrypted. */
  key?: string
}

/** The file of an item; what was said, where only that is there; undefined for items without a file. */
export function fileIn(item: Fields): InboundFile | string | undefined {
  switch (numberOf(item['type'])) {
    case itemTypes.image: {
      const image = fieldsOf(item['image_item'])
      const ref = refOf(image['media'], textOf(image['aeskey']))
      return ref && { kind: 'image', name: 'image.jpg', mediaType: 'image/jpeg', ref }
    }
    case itemTypes.voice: {
      const voice = fieldsOf(item['voice_item'])
      const transcript = textOf(voice['text'])
      const ref = refOf(voice['media'])
      if (ref === undefined) return transcript
      const { mediaType, ending } = voiceTypeOf(numberOf(voice['encode_type']))
      return { kind: 'voice', name: `voice.${ending}`, mediaType, ref, ...(transcript && { transcript }) }
    }
    case itemTypes.file: {
      const file = fieldsOf(item['file_item'])
      const ref = refOf(file['media'])
      const name = textOf(file['file_name'])?.slice(0, 255) ?? 'file'
      const size = numberOf(file['len'])
      return ref && { kind: 'document', name, mediaType: mediaTypeOf(name), ref, ...(size && { size }) }
    }
    case itemTypes.video: {
      const ref = refOf(fieldsOf(item['video_item'])['media'])
      return ref && { kind: 'video', name: 'video.mp4', mediaType: 'video/mp4', ref }
    }
    default:
      return undefined
  }
}

function refOf(media: unknown, hexKey?: string): MediaRef | undefined {
  const { encrypt_query_param: param, full_url: url, aes_key: packed } = fieldsOf(media)
  const place = { ...(textOf(param) && { param: textOf(param) }), ...(textOf(url) && { url: textOf(url) }) }
  if (Object.keys(place).length === 0) return undefined
  const key = hexKey ?? unpackKey(textOf(packed))
  return { ...place, ...(key !== undefined && { key }) } as MediaRef
}

/** Two ways of writing a key are in use: base64 of its 16 bytes, and base64 of its 32 hex digits. */
function unpackKey(packed: string | undefined): string | undefined {
  if (packed === undefined) return undefined
  const bytes = Buffer.from(packed, 'base64')
  return bytes.length === 32 ? bytes.toString('latin1') : bytes.toString('hex')
}

function fieldsOf(value: unknown): Fields {
  return isRecord(value) ? value : {}
}
