import { PlatformError } from '../../lib/errors.ts'
import type { CanFetchFiles, CanSendAlbums, ChatAddress, OutboundFile } from '../channel.ts'
import type { TelegramApi } from './api.ts'
import { follow, placeOf, replyOf } from './places.ts'

const mb = 1024 * 1024
/** https://core.telegram.org/bots/api#getfile and https://core.telegram.org/bots/api#sending-files */
export const fileLimits = { maxInboundBytes: 20 * mb, maxOutboundBytes: 50 * mb }

interface Form {
  method: string
  field: string
}

const document: Form = { method: 'sendDocument', field: 'document' }
const maxAlbum = 10
/** What may stand together: https://core.telegram.org/bots/api#sendmediagroup */
const albums = [['photo', 'video'], ['document'], ['audio']]

/** What Telegram shows in a form of its own; all else is a document. */
const forms: readonly (Form & { types: RegExp; maxBytes: number })[] = [
  { types: /^image\/(jpeg|png|webp)$/, maxBytes: 10 * mb, method: 'sendPhoto', field: 'photo' },
  { types: /^image\/gif$/, maxBytes: 50 * mb, method: 'sendAnimation', field: 'animation' },
  { types: /^audio\/ogg$/, maxBytes: 50 * mb, method: 'sendVoice', field: 'voice' },
  { types: /^audio\/(mpeg|mp4)$/, maxBytes: 50 * mb, method: 'sendAudio', field: 'audio' },
  { types: /^video\/mp4$/, maxBytes: 50 * mb, method: 'sendVideo', field: 'video' },
]

/** Files in both directions. */
export function createFiles(telegram: TelegramApi): CanSendAlbums & CanFetchFiles {
  return {
    async sendFile(to, file) {
      const form = formFor(file)
      const post = ({ method, field }: Form) =>
        follow(to, (chatId) => telegram.upload(method, formOf(chatId, to, [[field, file]])))
      const sent = await post(form).catch((error: unknown) => {
        // Too wide a picture, a film in an odd codec, a person who takes no voice messages: a document always goes.
        if (form !== document && isInvalid(error)) return post(document)
        throw error
      })
      return referenceOf(sent)
    },

    async sendAlbum(to, files) {
      const fields = files.map((file) => formFor(file).field)
      const fits = albums.some((album) => fields.every((field) => album.includes(field)))
      if (!fits || files.length < 2 || files.length > maxAlbum) return undefined
      const parts = files.map((file, index): [string, OutboundFile] => [`file${index}`, file])
      const media = fields.map((type, index) => ({ type, media: `attach://file${index}` }))
      try {
        const sent = await follow(to, (chatId) =>
          telegram.upload('sendMediaGroup', formOf(chatId, to, parts, { media })),
        )
        return Array.isArray(sent) ? sent.map(referenceOf) : [referenceOf(sent)]
      } catch (error) {
        if (isInvalid(error)) return undefined
        throw error
      }
    },

    async fetchFile(file, signal) {
      const id = fileIdOf(file.ref)
      const { file_path: path } = await telegram.call((api) => api.getFile(id))
      if (path === undefined || !/^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/.test(path))
        throw refusal('path', 'invalid', 'getFile gave no usable path')
      const response = await telegram.download(path, signal)
      if (response.ok && response.body !== null) return { body: response.body }
      await response.body?.cancel()
      const { status } = response
      const kind = status === 429 || status >= 500 ? 'transient' : 'gone'
      throw refusal(String(status), kind, 'the file could not be downloaded')
    },
  }
}

function formFor(file: OutboundFile): Form {
  return (
    forms.find(({ types, maxBytes }) => types.test(file.mediaType) && file.blob.size <= maxBytes) ?? document
  )
}

function isInvalid(error: unknown): boolean {
  return error instanceof PlatformError && error.kind === 'invalid'
}

/** Blobs go into the form as they are: they are read when the form is sent. */
function formOf(
  chatId: number,
  to: ChatAddress,
  files: readonly [field: string, file: OutboundFile][],
  more: object = {},
): FormData {
  const form = new FormData()
  form.set('chat_id', String(chatId))
  for (const [name, value] of Object.entries({ ...placeOf(to), ...replyOf(to), ...more }))
    form.set(name, typeof value === 'object' ? JSON.stringify(value) : String(value))
  for (const [field, { blob, name, mediaType }] of files)
    form.set(field, new File([blob], name, { type: mediaType }))
  return form
}

function fileIdOf(ref: unknown): string {
  if (typeof ref === 'object' && ref !== null && 'file_id' in ref && typeof ref.file_id === 'string')
    return ref.file_id
  throw refusal('ref', 'invalid', 'the file has no id')
}

function referenceOf(sent: unknown): { chat_id: number; message_id: number } {
  if (typeof sent === 'object' && sent !== null && 'message_id' in sent && 'chat' in sent) {
    const { chat, message_id: messageId } = sent
    if (typeof chat === 'object' && chat !== null && 'id' in chat)
      return { chat_id: Number(chat.id), message_id: Number(messageId) }
  }
  throw refusal('nonsense', 'transient', 'a file was sent and no message came back')
}

function refusal(code: string, kind: 'invalid' | 'transient' | 'gone', description: string): PlatformError {
  return new PlatformError({ platform: 'telegram', code, kind, description })
}
