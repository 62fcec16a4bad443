import { createHash } from 'node:crypto'
import { newId, type BotAccount, type Upload } from './bot.ts'
import { refusals } from './refusal.ts'
import type { Room, RoomMessage } from './room.ts'
import { shown } from './shown.ts'

type Body = Record<string, unknown>

const maxTextBytes = 20_480

/** Commands of a bot that is subscribed. */
export const commands: Readonly<Record<string, (bot: BotAccount, body: Body, reqId: string) => object>> = {
  ping: () => ({}),

  aibot_respond_msg(bot, body, reqId) {
    const callback = bot.callbacks.get(reqId)
    if (callback?.kind !== 'message') throw refusals.reqId()
    if (callback.isExpired) throw refusals.expired()
    const { stream } = body as { stream?: { id: string; content: string; finish: boolean } }
    if (stream === undefined) post(bot, callback.room, body)
    else showStream(callback.room, stream, body)
    return {}
  },

  aibot_respond_welcome_msg(bot, body, reqId) {
    const callback = bot.callbacks.get(reqId)
    if (callback?.kind !== 'welcome' || callback.isExpired) throw refusals.reqId()
    post(bot, callback.room, body)
    bot.callbacks.delete(reqId)
    return {}
  },

  aibot_send_msg(bot, body) {
    const room = bot.chat(String(body['chatid']))
    if (room === undefined) throw refusals.chat()
    post(bot, room, body)
    return {}
  },

  aibot_upload_media_init(bot, body) {
    const uploadId = newId()
    bot.uploads.set(uploadId, {
      type: String(body['type']),
      filename: String(body['filename']),
      totalChunks: Number(body['total_chunks']),
      md5: String(body['md5']),
      chunks: new Map(),
    })
    return { upload_id: uploadId }
  },

  aibot_upload_media_chunk(bot, body) {
    const chunk = Buffer.from(String(body['base64_data']), 'base64')
    if (chunk.length > 512 * 1024) throw refusals.parameter('base64_data')
    uploadOf(bot, body).chunks.set(Number(body['chunk_index']), chunk)
    return {}
  },

  aibot_upload_media_finish(bot, body) {
    const upload = uploadOf(bot, body)
    const md5 = createHash('md5').update(bytesOf(upload)).digest('hex')
    if (upload.chunks.size !== upload.totalChunks || md5 !== upload.md5) throw refusals.parameter('md5')
    const mediaId = newId()
    bot.media.set(mediaId, upload)
    return { type: upload.type, media_id: mediaId, created_at: String(Date.now()) }
  },
}

/** Commands that can get a fault of sending. */
export const sendingCommands = /^aibot_(respond|send)_/

function showStream(
  room: Room,
  { id, content, finish }: { id: string; content: string; finish: boolean },
  body: Body,
): void {
  const isEmpty = content === '' && !finish
  if (isEmpty || Buffer.byteLength(content) > maxTextBytes) throw refusals.parameter('content')
  const standing = room.messages().find((message) => message.id === id)
  const now = { text: shown(content), isGrowing: !finish, ...cardIn(body['template_card']) }
  if (standing === undefined) room.show({ id, ...now })
  else Object.assign(standing, now)
}

function post(bot: BotAccount, room: Room, body: Body): void {
  room.show(contentOf(bot, body))
}

function contentOf(bot: BotAccount, body: Body): Partial<RoomMessage> {
  const type = String(body['msgtype'])
  const content = body[type] as Record<string, string>
  switch (type) {
    case 'text':
      return { text: content['content'] ?? '' }
    case 'markdown':
      if (Buffer.byteLength(content['content'] ?? '') > maxTextBytes) throw refusals.parameter('content')
      return { text: shown(content['content'] ?? '') }
    case 'template_card':
      return { text: titleIn(content), ...cardIn(content) }
    default: {
      const upload = bot.media.get(content['media_id'] ?? '')
      if (upload === undefined) throw refusals.parameter('media_id')
      const file = { name: upload.filename, mediaType: 'application/octet-stream', bytes: bytesOf(upload) }
      return { files: [file] }
    }
  }
}

function titleIn(card: unknown): string {
  return (card as { main_title?: { title?: string } }).main_title?.title ?? ''
}

function cardIn(card: unknown) {
  if (card === undefined) return {}
  const { button_list: buttons, task_id: taskId } = card as {
    button_list: { text: string; key: string }[]
    task_id: string
  }
  if (buttons.length > 6) throw refusals.parameter('button_list')
  const keys = Object.fromEntries(buttons.map(({ text, key }) => [text, key]))
  return { keys, taskId, buttons: Object.keys(keys) }
}

function uploadOf(bot: BotAccount, body: Body): Upload {
  const upload = bot.uploads.get(String(body['upload_id']))
  if (upload === undefined) throw refusals.parameter('upload_id')
  return upload
}

function bytesOf({ chunks }: Upload): Buffer {
  return Buffer.concat([...chunks].sort(([a], [b]) => a - b).map(([, chunk]) => chunk))
}
