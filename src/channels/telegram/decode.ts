import { Compile } from 'typebox/compile'
import type { InboundFile, InboundMessage } from '../channel.ts'
import { addressOf, decodeMembership, decodePress, senderOf } from './decode-events.ts'
import {
  Update,
  type BotAccount,
  type TelegramEntity,
  type TelegramFile,
  type TelegramMessage,
} from './types.ts'

const update = Compile(Update)

/** Telegram sends at most 4,096; longer texts only come from a server that is not to be believed. */
const maxTextLength = 16_384
/** How much of a malformed update is kept for people to look at. */
const maxRawLength = 4_000

export type Decoded =
  | {
      kind: 'message'
      updateId: number
      message: InboundMessage
      /** Names the album that its file is part of. */
      album?: string
      /** The press of a button waits for an answer under this id. */
      callbackId?: string
    }
  | { kind: 'malformed'; updateId: number | undefined; raw: string; reason: string }
  /** Understood, and none of our business: channel posts, other bots, service messages, future kinds. */
  | { kind: 'passed_over'; updateId: number }

/** Decodes one element of the answer of `getUpdates`. Pure; never throws. */
export function decodeUpdate(raw: unknown, bot: BotAccount): Decoded {
  if (!update.Check(raw)) {
    const [error] = update.Errors(raw)
    return malformed(raw, error === undefined ? 'not an update' : `${error.instancePath} ${error.message}`)
  }
  const updateId = raw.update_id
  const event =
    raw.callback_query === undefined
      ? raw.my_chat_member && decodeMembership(updateId, raw.my_chat_member)
      : decodePress(updateId, raw.callback_query)
  if (event !== undefined) return event
  const message = raw.message ?? raw.edited_message
  if (message === undefined) return { kind: 'passed_over', updateId: raw.update_id }
  if ((message.text ?? message.caption ?? '').length > maxTextLength) return malformed(raw, 'text too long')
  const decoded = decodeMessage(message, bot)
  if (decoded === undefined) return { kind: 'passed_over', updateId }
  const key = String(updateId)
  const album = message.media_group_id === undefined ? {} : { album: message.media_group_id }
  if (raw.message === undefined)
    return { kind: 'message', updateId, message: { key, kind: 'edit', ...decoded } }
  // The button that opens a chat with a bot says no more than this; with a code it says `/start CODE`.
  const isOpened = decoded.chat.kind === 'private' && decoded.text === '/start'
  if (isOpened) return { kind: 'message', updateId, message: { key, kind: 'joined', ...decoded, text: '' } }
  return { kind: 'message', updateId, message: { key, kind: 'message', ...decoded }, ...album }
}

function malformed(raw: unknown, reason: string): Decoded {
  const id =
    typeof raw === 'object' && raw !== null && 'update_id' in raw && Number.isSafeInteger(raw.update_id)
      ? Number(raw.update_id)
      : undefined
  return { kind: 'malformed', updateId: id, raw: JSON.stringify(raw).slice(0, maxRawLength), reason }
}

function decodeMessage(
  message: TelegramMessage,
  bot: BotAccount,
): Omit<InboundMessage, 'key' | 'kind'> | undefined {
  const { from } = message
  // Anonymous admins and posts forwarded from a linked channel speak as a chat, not as a person.
  if (from === undefined || from.is_bot || message.sender_chat !== undefined) return undefined
  const isPrivate = message.chat.type === 'private'
  if (!isPrivate && message.chat.type !== 'group' && message.chat.type !== 'supergroup') return undefined
  const files = filesOf(message)
  const text = message.text ?? message.caption
  if (text === undefined && files.length === 0) return undefined
  const entities = (message.text === undefined ? message.caption_entities : message.entities) ?? []
  const spoken = readText(text ?? '', entities, bot)
  if (spoken.forAnotherBot) return undefined
  return {
    chat: addressOf(message),
    sender: senderOf(from),
    messageId: String(message.message_id),
    text: spoken.text,
    addressed: isPrivate || spoken.toUs || isReplyToUs(message, bot),
    files,
    sentAt: (message.edit_date ?? message.date) * 1000,
  }
}

function isReplyToUs(message: TelegramMessage, bot: BotAccount): boolean {
  const replied = message.reply_to_message
  return replied?.from?.id === bot.id && replied.forum_topic_created === undefined
}

/**
 * Takes the address to the bot off the text and keeps the targets of named links: `label (https://...)`. A bare
 * command in a group is ours when privacy mode is on, because then Telegram shows it only to the bot it means;
 * a bot that sees every message cannot know, so there it must be addressed.
 */
function readText(
  text: string,
  entities: readonly TelegramEntity[],
  bot: BotAccount,
): { text: string; toUs: boolean; forAnotherBot: boolean } {
  const ourName = `@${bot.username}`.toLowerCase()
  let out = text
  let toUs = false
  let forAnotherBot = false
  for (const entity of entities.toSorted((a, b) => b.offset - a.offset)) {
    const end = entity.offset + entity.length
    const covered = text.slice(entity.offset, end)
    const replace = (by: string, until = end) => {
      out = out.slice(0, entity.offset) + by + out.slice(until)
    }
    if (entity.type === 'bot_command') {
      const at = covered.indexOf('@')
      const isOurs = at !== -1 && covered.slice(at).toLowerCase() === ourName
      if (isOurs) replace(covered.slice(0, at))
      if (entity.offset > 0) continue
      toUs ||= isOurs || (at === -1 && !bot.readsAllGroupMessages)
      forAnotherBot = at !== -1 && !isOurs
    } else if (
      (entity.type === 'mention' && covered.toLowerCase() === ourName) ||
      (entity.type === 'text_mention' && entity.user?.id === bot.id)
    ) {
      toUs = true
      replace('', out[end] === ' ' ? end + 1 : end)
    } else if (entity.type === 'text_link' && entity.url !== undefined && entity.url !== covered) {
      replace(`${covered} (${entity.url})`)
    }
  }
  return { text: out.trim(), toUs, forAnotherBot }
}

function filesOf(message: TelegramMessage): InboundFile[] {
  const largest = message.photo?.at(-1)
  const found: [TelegramFile | undefined, string, string, InboundFile['kind']][] = [
    [largest, 'photo.jpg', 'image/jpeg', 'image'],
    // Animations come as a document too, for old clients.
    [
      message.animation === undefined ? message.document : undefined,
      'document',
      'application/octet-stream',
      'document',
    ],
    [message.animation, 'animation.mp4', 'video/mp4', 'video'],
    [message.audio, 'audio.mp3', 'audio/mpeg', 'audio'],
    [message.voice, 'voice.ogg', 'audio/ogg', 'voice'],
    [message.video, 'video.mp4', 'video/mp4', 'video'],
    [message.video_note, 'video-note.mp4', 'video/mp4', 'video'],
  ]
  return found.flatMap(([file, name, mediaType, kind]) =>
    file === undefined
      ? []
      : [
          {
            kind,
            name: (file.file_name ?? name).slice(0, 255),
            mediaType: file.mime_type ?? mediaType,
            ...(file.file_size === undefined ? {} : { size: file.file_size }),
            ref: { file_id: file.file_id },
          },
        ],
  )
}
