import { createHash } from 'node:crypto'
import { Compile } from 'typebox/compile'
import type { InboundBatch, InboundFile, InboundMessage } from '../channel.ts'
import { jsonOf } from '../../lib/json.ts'
import { addressOf } from './address.ts'
import type { Reply } from './replies.ts'
import { EventFrame, MessageFrame, type WeComEvent, type WeComMedia, type WeComMessage } from './types.ts'

const messageFrame = Compile(MessageFrame)
const eventFrame = Compile(EventFrame)

/** WeCom sends at most some thousand; longer texts only come from a server that is not to be believed. */
const maxTextLength = 20_000
/** How much of malformed input is kept for people to look at. */
const maxRawLength = 4_000

/** An empty batch is understood and none of our business. */
export interface Decoded {
  batch: InboundBatch
  reply?: Reply
}

/** Decodes a frame that is no answer. Pure; never throws. */
export function decodeFrame(text: string, botId: string, now: number): Decoded {
  const raw = jsonOf(text)
  if (messageFrame.Check(raw)) return decodeMessage(raw, text, botId, now)
  if (eventFrame.Check(raw)) return decodeEvent(raw, text, botId, now)
  const cmd = typeof raw === 'object' && raw !== null && 'cmd' in raw ? raw.cmd : undefined
  // Callbacks of a kind that is not known yet are no mistake.
  if (typeof cmd === 'string' && cmd !== 'aibot_msg_callback' && cmd !== 'aibot_event_callback')
    return nothing
  const checked = cmd === 'aibot_event_callback' ? eventFrame : messageFrame
  const [error] = checked.Errors(raw)
  return malformed(text, error === undefined ? 'not a frame' : `${error.instancePath} ${error.message}`)
}

const nothing: Decoded = { batch: { messages: [] } }

function decodeMessage(frame: WeComMessage, raw: string, botId: string, now: number): Decoded {
  const { body } = frame
  const { text, files } = contentOf(body)
  if (text.length > maxTextLength) return malformed(raw, 'text too long')
  if (text === '' && files.length === 0) return nothing
  // In a group the bot gets only what is spoken to it, with its name in front.
  const spoken = body.chattype === 'group' ? text.replace(/^@\S+\s*/, '') : text
  return told(frame, { kind: 'message', text: spoken, files }, 'message', raw, botId, now)
}

function decodeEvent(frame: WeComEvent, raw: string, botId: string, now: number): Decoded {
  const { event } = frame.body
  if (event.eventtype === 'enter_chat') {
    return told(frame, { kind: 'joined', text: '', files: [] }, 'welcome', raw, botId, now)
  }
  if (event.eventtype !== 'template_card_event') return nothing
  const text = event.template_card_event?.event_key ?? event.event_key ?? ''
  if (text === '' || text.length > maxTextLength) return nothing
  return told(frame, { kind: 'message', text, files: [] }, 'message', raw, botId, now)
}

function told(
  { headers, body }: WeComMessage | WeComEvent,
  content: Pick<InboundMessage, 'kind' | 'text' | 'files'>,
  kind: Reply['kind'],
  raw: string,
  botId: string,
  now: number,
): Decoded {
  const isGroup = body.chattype === 'group'
  if (isGroup && body.chatid === undefined) return malformed(raw, 'a group without an id')
  const { userid, corpid } = body.from
  const message: InboundMessage = {
    ...content,
    key: body.msgid,
    chat: addressOf(isGroup ? 'group' : 'private', isGroup ? (body.chatid ?? '') : userid, body.msgid),
    // Ids are unique within an organisation, which messages do not name: a bot belongs to one.
    sender: { tenantId: corpid === undefined ? botId : `${botId}:${corpid}`, id: userid, name: userid },
    messageId: body.msgid,
    addressed: true,
    sentAt: body.create_time === undefined ? now : body.create_time * 1000,
  }
  return {
    batch: { messages: [message] },
    reply: { reqId: headers.req_id, messageId: body.msgid, kind, at: now },
  }
}

function contentOf(body: WeComMessage['body']): { text: string; files: InboundFile[] } {
  const items: Item[] = body.msgtype === 'mixed' ? (body.mixed?.msg_item ?? []) : [body]
  const texts = items.flatMap(({ msgtype, text, voice }) => {
    // A voice note comes as what was said and as nothing else.
    const said = msgtype === 'voice' ? voice : msgtype === 'text' ? text : undefined
    return said === undefined ? [] : [said.content]
  })
  const files = items.flatMap(({ msgtype, image, file, video }) => {
    if (msgtype === 'image') return fileOf('image', 'image.jpg', 'image/jpeg', image)
    if (msgtype === 'file') return fileOf('document', 'file', 'application/octet-stream', file)
    return msgtype === 'video' ? fileOf('video', 'video.mp4', 'video/mp4', video) : []
  })
  return { text: texts.join('\n').trim(), files }
}

type Item = Pick<WeComMessage['body'], 'msgtype' | 'text' | 'voice' | 'image' | 'file' | 'video'>

/** The platform names no file: its name comes with the content, if at all. */
function fileOf(
  kind: InboundFile['kind'],
  name: string,
  mediaType: string,
  media: WeComMedia | undefined,
): InboundFile[] {
  if (media === undefined) return []
  return [{ kind, name, mediaType, ref: { url: media.url, aes_key: media.aeskey ?? '' } }]
}

function malformed(raw: string, reason: string): Decoded {
  const key = `malformed ${createHash('sha256').update(raw).digest('base64url')}`
  return {
    batch: {
      messages: [],
      malformed: [{ key, raw: raw.slice(0, maxRawLength), reason: reason.slice(0, 200) }],
    },
  }
}
