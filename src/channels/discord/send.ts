import { createHash } from 'node:crypto'
import type {
  Button,
  CanEdit,
  CanReact,
  CanSendFiles,
  CanShowTyping,
  Channel,
  ChatAddress,
  OutboundFile,
  SentMessage,
} from '../channel.ts'
import type { DiscordApi } from './api.ts'
import { refusal } from './errors.ts'
import { idOf, isSnowflake, type Fields } from './fields.ts'

type Sender = Pick<Channel, 'send'> & CanEdit & CanShowTyping & CanReact & CanSendFiles

/** Nobody is ever notified by what an agent writes: https://docs.discord.com/developers/resources/message#allowed-mentions-object */
const nobody = { allowed_mentions: { parse: [] } }
const suppressEmbeds = 1 << 2
const eyes = encodeURIComponent('👀')

/** What goes out to Discord: https://docs.discord.com/developers/resources/message#create-message */
export function createSender(api: DiscordApi): Sender {
  return {
    async send(to, message, idempotencyKey) {
      const body = {
        content: message.text,
        flags: suppressEmbeds,
        components: rowsOf(message.buttons),
        ...commonOf(to, idempotencyKey),
      }
      return referenceOf(await api.call('POST', `/channels/${channelOf(to)}/messages`, { body }))
    },

    async edit(sent, message) {
      const body = { content: message.text, components: rowsOf(message.buttons), ...nobody }
      await api.call('PATCH', pathOf(sent), { body })
    },

    async showTyping(to) {
      await api.request('POST', `/channels/${channelOf(to)}/typing`)
    },

    async react(to, messageId, reaction) {
      const method = reaction === undefined ? 'DELETE' : 'PUT'
      const path = `/channels/${channelOf(to)}/messages/${checked(messageId)}/reactions/${eyes}/@me`
      await api.request(method, path)
    },

    async sendFile(to, file, idempotencyKey) {
      const form = formOf(file, commonOf(to, idempotencyKey))
      return referenceOf(await api.call('POST', `/channels/${channelOf(to)}/messages`, { form }))
    },
  }
}

/** Threads are channels, too. */
function channelOf(to: ChatAddress): string {
  return checked(to.topicId ?? to.chatId)
}

function pathOf(sent: SentMessage): string {
  return `/channels/${checked(sent['channel_id'])}/messages/${checked(sent['message_id'])}`
}

/** Ids become parts of a path. */
function checked(id: unknown): string {
  if (isSnowflake(id)) return id
  throw refusal('reference', 'invalid', 'an id that is not one of Discord')
}

function referenceOf(message: Fields): SentMessage {
  try {
    return { channel_id: idOf(message, 'channel_id'), message_id: idOf(message, 'id') }
  } catch {
    throw refusal('nonsense', 'transient', 'a message that was sent has no id')
  }
}

/**
 * In servers an answer names its question; it is sent all the same when the question was deleted. A repeated nonce
 * is the same message, for a few minutes; it holds 25 characters.
 */
function commonOf(to: ChatAddress, idempotencyKey: string) {
  const nonce = createHash('sha256').update(idempotencyKey).digest('base64url').slice(0, 25)
  const reply =
    to.kind === 'group' && isSnowflake(to.replyTo)
      ? { message_reference: { message_id: to.replyTo, fail_if_not_exists: false } }
      : {}
  return { nonce, enforce_nonce: true, ...nobody, ...reply }
}

/**
 * Rows of up to five buttons. What a button is called inside must differ within a message, so its place goes before
 * its value: https://docs.discord.com/developers/components/reference#button
 */
function rowsOf(buttons: readonly Button[] = []): object[] {
  const components = buttons.map(({ label, value }, index) => ({
    type: 2,
    style: 2,
    label: Array.from(label).slice(0, 80).join(''),
    custom_id: `${index}:${value}`,
  }))
  const rows = Math.ceil(components.length / 5)
  return Array.from({ length: rows }, (_, row) => ({
    type: 1,
    components: components.slice(row * 5, row * 5 + 5),
  }))
}

/** https://docs.discord.com/developers/reference#uploading-files */
function formOf(file: OutboundFile, common: object): FormData {
  const name = file.name.replace(/[\p{Cc}/\\]/gu, '_').slice(0, 255) || 'file'
  const form = new FormData()
  form.append('payload_json', JSON.stringify({ ...common, attachments: [{ id: 0, filename: name }] }))
  form.append('files[0]', file.blob.slice(0, file.blob.size, file.mediaType), name)
  return form
}
