import { PlatformError } from '../../lib/errors.ts'
import type { CanFetchFiles, OutboundFile } from '../channel.ts'
import type { GraphApi } from './api.ts'
import { fieldsOf, type Fields } from '../../lib/json.ts'
import { textOf } from '../lenient-shape.ts'

const megabyte = 1024 * 1024

/**
 * Kinds that are shown, not offered for download, and how large they may be.
 * https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media#supported-media-types
 */
const shown: Readonly<Record<string, { type: 'image' | 'audio' | 'video'; maxBytes: number }>> = {
  'image/jpeg': { type: 'image', maxBytes: 5 * megabyte },
  'image/png': { type: 'image', maxBytes: 5 * megabyte },
  'audio/aac': { type: 'audio', maxBytes: 16 * megabyte },
  'audio/amr': { type: 'audio', maxBytes: 16 * megabyte },
  'audio/mpeg': { type: 'audio', maxBytes: 16 * megabyte },
  'audio/mp4': { type: 'audio', maxBytes: 16 * megabyte },
  'audio/ogg': { type: 'audio', maxBytes: 16 * megabyte },
  'video/mp4': { type: 'video', maxBytes: 16 * megabyte },
  'video/3gpp': { type: 'video', maxBytes: 16 * megabyte },
}

/** Uploads a file and returns the message that shows it; documents keep their name. */
export async function upload(api: GraphApi, file: OutboundFile): Promise<Fields> {
  const mediaType = uploadTypeOf(file.mediaType)
  const form = new FormData()
  form.set('messaging_product', 'whatsapp')
  form.set('type', mediaType)
  form.set('file', file.blob.slice(0, file.blob.size, mediaType), file.name)
  const id = textOf((await api.post('media', form))['id'])
  if (id === undefined) throw refusal('transient', 'the upload has no id')
  const kind = shown[mediaType]
  if (kind !== undefined && file.blob.size <= kind.maxBytes) return { type: kind.type, [kind.type]: { id } }
  return { type: 'document', document: { id, filename: file.name.slice(0, 240) } }
}

/** WhatsApp takes few kinds of files; every kind of text may call itself plain. */
function uploadTypeOf(mediaType: string): string {
  const [type = ''] = mediaType.toLowerCase().split(';')
  const isText = type.startsWith('text/') || /^application\/(json|xml|yaml|x-yaml)$/.test(type)
  return isText ? 'text/plain' : type.trim()
}

/** https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media#download-media */
export function createFileFetcher(api: GraphApi): CanFetchFiles {
  return {
    async fetchFile(file, signal) {
      const id = textOf(fieldsOf(file.ref)['media_id'])
      if (id === undefined || !/^\w{1,100}$/.test(id)) throw refusal('gone', 'the file has no media id')
      const media = await api.get(id, { phone_number_id: api.settings.phoneNumberId })
      const url = URL.parse(textOf(media['url']) ?? '')
      if (url === null || !isOfMeta(url, api.settings.apiRoot))
        throw refusal('invalid', 'the file lies on a host that does not belong to Meta')
      const response = await api.download(url, signal)
      const mediaType = response.headers.get('content-type') ?? textOf(media['mime_type'])
      return { body: response.body ?? emptyBody(), ...(mediaType !== undefined && { mediaType }) }
    },
  }
}

/** The access token goes along with a download: only to Meta, or to the server that the bot talks to anyway. */
export function isOfMeta(url: URL, apiRoot: string): boolean {
  if (url.origin === new URL(apiRoot).origin) return true
  if (url.protocol !== 'https:' || url.port !== '' || url.username !== '' || url.password !== '') return false
  return url.hostname === 'lookaside.fbsbx.com' || url.hostname.endsWith('.fbcdn.net')
}

function emptyBody(): ReadableStream<Uint8Array> {
  return new Blob([]).stream()
}

function refusal(kind: 'gone' | 'invalid' | 'transient', description: string): PlatformError {
  return new PlatformError({ platform: 'whatsapp', code: 'media', kind, description })
}
