import { createHash } from 'node:crypto'
import { Compile } from 'typebox/compile'
import type { ChatAddress, InboundBatch, InboundFile, InboundMessage } from '../channel.ts'
import { jsonOf } from '../../lib/json.ts'
import { addressOf, robotCodeKey } from './address.ts'
import { Frame, RobotMessage, type DingTalkMessage, type StreamFrame } from './types.ts'

const frame = Compile(Frame)
const robotMessage = Compile(RobotMessage)

/** DingTalk sends at most some thousand; longer texts only come from a server that is not to be believed. */
const maxTextLength = 20_000
/** How much of malformed input is kept for people to look at. */
const maxRawLength = 4_000

export type DecodedFrame =
  | { kind: 'frame'; frame: StreamFrame }
  | { kind: 'malformed'; batch: InboundBatch; messageId: string | undefined }

/** Decodes a frame of the socket. Pure; never throws. */
export function decodeFrame(text: string): DecodedFrame {
  const raw = jsonOf(text)
  if (frame.Check(raw)) return { kind: 'frame', frame: raw }
  const [error] = frame.Errors(raw)
  const reason = error === undefined ? 'not a frame' : `${error.instancePath} ${error.message}`
  return { kind: 'malformed', batch: malformed(text, reason, undefined), messageId: idIn(raw) }
}

/**
 * Decodes the `data` of a robot's message. An empty batch is understood and none of our business. Never throws.
 * A robot code that is not the client id is remembered, because sending needs it.
 */
export function decodeMessage({ data = '', headers }: StreamFrame, clientId: string): InboundBatch {
  const raw = jsonOf(data)
  if (!robotMessage.Check(raw)) {
    const [error] = robotMessage.Errors(raw)
    const reason = error === undefined ? 'not a message' : `${error.instancePath} ${error.message}`
    return malformed(data, reason, headers.messageId)
  }
  const { text, files } = contentOf(raw)
  if (text.length > maxTextLength) return malformed(data, 'text too long', raw.msgId)
  if (raw.senderId === raw.chatbotUserId || (text === '' && files.length === 0)) return { messages: [] }
  const chat = addressOf(
    raw.conversationType === '1' ? 'private' : 'group',
    raw.conversationId,
    personOf(raw),
  )
  if (chat === undefined) return malformed(data, 'an id of a group that looks like a person', raw.msgId)
  const isOther = raw.robotCode !== undefined && raw.robotCode !== '' && raw.robotCode !== clientId
  return {
    messages: [messageOf(raw, chat, text, files)],
    ...(isOther ? { memory: { [robotCodeKey]: raw.robotCode } } : {}),
  }
}

function messageOf(
  raw: DingTalkMessage,
  chat: ChatAddress,
  text: string,
  files: InboundFile[],
): InboundMessage {
  return {
    key: raw.msgId,
    kind: 'message',
    chat,
    sender: {
      tenantId: raw.senderCorpId ?? raw.chatbotCorpId ?? '',
      id: personOf(raw),
      name: (raw.senderNick ?? '').slice(0, 255),
    },
    messageId: raw.msgId,
    text,
    addressed: chat.kind === 'private' || isMentioned(raw),
    files,
    sentAt: raw.createAt,
  }
}

/**
 * The id of a person in their organisation; people from outside have none there. An encrypted id of the
 * conversation is the last resort: it is stable, but says nothing elsewhere.
 */
function personOf({ senderStaffId, senderUnionId, senderId }: DingTalkMessage): string {
  return senderStaffId || senderUnionId || senderId
}

function isMentioned({ isInAtList, atUsers = [], chatbotUserId }: DingTalkMessage): boolean {
  return isInAtList === true || atUsers.some(({ dingtalkId }) => dingtalkId && dingtalkId === chatbotUserId)
}

function contentOf({ msgtype, text, content = {} }: DingTalkMessage): { text: string; files: InboundFile[] } {
  if (msgtype === 'text') return { text: (text?.content ?? '').trim(), files: [] }
  const { richText = [], downloadCode = '', fileName, recognition } = content
  if (msgtype === 'richText') {
    return {
      text: richText
        .map((piece) => piece.text ?? '')
        .join('')
        .trim(),
      files: richText.flatMap((piece) =>
        piece.downloadCode ? [fileOf('image', 'image.jpg', piece.downloadCode)] : [],
      ),
    }
  }
  const kind = fileKinds[msgtype]
  if (kind === undefined || downloadCode === '') return { text: '', files: [] }
  const file = fileOf(kind.kind, fileName?.slice(0, 255) || kind.name, downloadCode)
  return {
    text: '',
    files: [{ ...file, ...(recognition ? { transcript: recognition.slice(0, maxTextLength) } : {}) }],
  }
}

const fileKinds: Readonly<Record<string, { kind: InboundFile['kind']; name: string }>> = {
  picture: { kind: 'image', name: 'image.jpg' },
  audio: { kind: 'voice', name: 'voice.amr' },
  video: { kind: 'video', name: 'video.mp4' },
  file: { kind: 'document', name: 'file' },
}

const mediaTypes: Readonly<Record<InboundFile['kind'], string>> = {
  image: 'image/jpeg',
  voice: 'audio/amr',
  audio: 'audio/mpeg',
  video: 'video/mp4',
  document: 'application/octet-stream',
}

function fileOf(kind: InboundFile['kind'], name: string, downloadCode: string): InboundFile {
  return { kind, name, mediaType: mediaTypes[kind], ref: { download_code: downloadCode } }
}

function malformed(raw: string, reason: string, id: string | undefined): InboundBatch {
  const key = id ?? `malformed ${createHash('sha256').update(raw).digest('base64url')}`
  return { messages: [], malformed: [{ key, raw: raw.slice(0, maxRawLength), reason: reason.slice(0, 200) }] }
}

/** A frame that is not understood is acknowledged all the same where that is possible, or it would come for ever. */
function idIn(raw: unknown): string | undefined {
  if (typeof raw !== 'object' || raw === null || !('headers' in raw)) return undefined
  const { headers } = raw
  if (typeof headers !== 'object' || headers === null || !('messageId' in headers)) return undefined
  return typeof headers.messageId === 'string' ? headers.messageId : undefined
}
