import { PlatformError } from '../../lib/errors.ts'
import type { CanFetchFiles, CanSendFiles, ChannelBot, OutboundFile } from '../channel.ts'
import { dataOf, nonsense, type FeishuApi } from './api.ts'
import { isRefused } from './errors.ts'
import { post, uuidOf } from './post.ts'
import { referenceTo } from './reference.ts'
import { route } from './transport.ts'
import { fieldsOf, type Fields } from '../../lib/json.ts'
import { textOf } from '../lenient-shape.ts'

/** https://open.feishu.cn/document/server-docs/im-v1/image/create */
const maxImageBytes = 10 * 1024 * 1024
const imageTypes = /^image\/(jpeg|png|webp|gif|tiff|bmp|x-icon)$/

/** Kinds of files that the platform shows in a way of their own; all others are a `stream`. */
const fileTypes: Readonly<Record<string, string>> = {
  opus: 'opus',
  mp4: 'mp4',
  pdf: 'pdf',
  doc: 'doc',
  docx: 'doc',
  xls: 'xls',
  xlsx: 'xls',
  ppt: 'ppt',
  pptx: 'ppt',
}
const messageTypes: Readonly<Record<string, string>> = { opus: 'audio', mp4: 'media' }

interface Uploaded {
  type: string
  content: Fields
}

/** Files in both directions. */
export function createFiles(api: FeishuApi, bot: Pick<ChannelBot, 'id'>): CanSendFiles & CanFetchFiles {
  return {
    async sendFile(to, file, idempotencyKey) {
      const message = (await uploadImage(api, file)) ?? (await uploadFile(api, file))
      const posted = await post(api, to, { ...message, uuid: uuidOf(bot.id, idempotencyKey) })
      return referenceTo(posted, to, undefined)
    },

    /** https://open.feishu.cn/document/server-docs/im-v1/message/get-2 */
    async fetchFile(file, signal) {
      const ref = fieldsOf(file.ref)
      const messageId = textOf(ref['message_id'])
      const key = textOf(ref['file_key'])
      if (messageId === undefined || key === undefined) throw unknown('the file has no key')
      const response = await api.download({
        method: 'GET',
        path: route`/open-apis/im/v1/messages/${messageId}/resources/${key}`,
        query: { type: ref['type'] === 'image' ? 'image' : 'file' },
        signal,
      })
      if (response.body === null) throw nonsense('the file has no content')
      const mediaType = response.headers.get('content-type') ?? undefined
      return { body: response.body, ...(mediaType === undefined ? {} : { mediaType }) }
    },
  }
}

/** Undefined for what is no image to the platform: then it is a file. */
async function uploadImage(api: FeishuApi, file: OutboundFile): Promise<Uploaded | undefined> {
  if (!imageTypes.test(file.mediaType) || file.blob.size > maxImageBytes) return undefined
  const form = new FormData()
  form.set('image_type', 'message')
  form.set('image', file.blob, file.name)
  try {
    const answer = await api.call({ method: 'POST', path: '/open-apis/im/v1/images', form })
    return { type: 'image', content: { image_key: keyOf(dataOf(answer), 'image_key') } }
  } catch (error) {
    if (isRefused(error)) return undefined
    throw error
  }
}

/** https://open.feishu.cn/document/server-docs/im-v1/file/create */
async function uploadFile(api: FeishuApi, file: OutboundFile): Promise<Uploaded> {
  const fileType = fileTypes[/\.([^.]+)$/.exec(file.name)?.[1]?.toLowerCase() ?? ''] ?? 'stream'
  const form = new FormData()
  form.set('file_type', fileType)
  form.set('file_name', file.name)
  form.set('file', file.blob, file.name)
  const answer = await api.call({ method: 'POST', path: '/open-apis/im/v1/files', form })
  const type = messageTypes[fileType] ?? 'file'
  return { type, content: { file_key: keyOf(dataOf(answer), 'file_key') } }
}

function keyOf(data: Fields, name: string): string {
  const key = textOf(data[name])
  if (key === undefined) throw nonsense(`an upload was answered without ${name}`)
  return key
}

function unknown(description: string): PlatformError {
  return new PlatformError({ platform: 'feishu', code: 'file', kind: 'invalid', description })
}
