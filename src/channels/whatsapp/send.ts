import { PlatformError } from '../../lib/errors.ts'
import type {
  Button,
  CanReact,
  CanSendFiles,
  CanShowTyping,
  Channel,
  ChannelDependencies,
  ChannelMemory,
  ChatAddress,
  OutboundMessage,
  SentMessage,
} from '../channel.ts'
import type { GraphApi } from './api.ts'
import { isUserId, isWaId } from './decode.ts'
import { isWindowClosed } from './errors.ts'
import { fieldsOf, listOf, type Fields } from '../../lib/json.ts'
import { textOf } from '../lenient-shape.ts'
import { upload } from './media.ts'
import { claimInvitation, forgetInvitation, isOpen, readLastInbound } from './window.ts'

/** What goes out: https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages */
export function createSender(
  api: GraphApi,
  memory: ChannelMemory,
  { now }: Pick<ChannelDependencies, 'now'>,
): Pick<Channel, 'send'> & CanSendFiles & CanShowTyping & CanReact {
  /** Posts within the reply window; when it is closed, asks the person to write and throws `awaits_person`. */
  async function post(to: ChatAddress, content: Fields, by: string): Promise<SentMessage> {
    const last = await readLastInbound(memory, to.chatId)
    if (!isOpen(last, now())) {
      await invite(to, by)
      throw awaitsPerson()
    }
    try {
      return await postMessage(api, to, { ...replyOf(to), ...content })
    } catch (error) {
      if (isWindowClosed(error)) await invite(to, by)
      throw error
    }
  }

  async function invite(to: ChatAddress, by: string): Promise<void> {
    const { template } = api.settings
    if (template === undefined || !(await claimInvitation(memory, to.chatId, by))) return
    const { name, language } = template
    try {
      await postMessage(api, to, { type: 'template', template: { name, language: { code: language } } })
    } catch (error) {
      // Without an answer it may have arrived: asking twice is worse than not asking.
      if (error instanceof PlatformError) await forgetInvitation(memory, to.chatId)
      throw error
    }
  }

  return {
    async send(to, message, idempotencyKey) {
      const [first, second] = contentsOf(message)
      if (second === undefined) return post(to, first, idempotencyKey)
      // What was said is not said again when only the buttons below it have to be tried again.
      const half = `half ${idempotencyKey}`
      if ((await memory.read(half)) === undefined) {
        await post(to, first, idempotencyKey)
        await memory.change(half, () => true)
      }
      const sent = await post(to, second, idempotencyKey)
      await memory.change(half, () => undefined)
      return sent
    },

    async sendFile(to, file, idempotencyKey) {
      // Before the upload, so that a large file is not carried to a closed door.
      if (!isOpen(await readLastInbound(memory, to.chatId), now())) return post(to, {}, idempotencyKey)
      return post(to, await upload(api, file), idempotencyKey)
    },

    async showTyping(to) {
      const messageId = (await readLastInbound(memory, to.chatId))?.messageId
      if (messageId === undefined) return
      // Marks the message as read, too: https://developers.facebook.com/docs/whatsapp/cloud-api/typing-indicators
      const typing = { status: 'read', message_id: messageId, typing_indicator: { type: 'text' } }
      await api.post('messages', { messaging_product: 'whatsapp', ...typing })
    },

    async react(to, messageId, reaction) {
      const emoji = reaction === 'working' ? '👀' : ''
      await postMessage(api, to, { type: 'reaction', reaction: { message_id: messageId, emoji } })
    },
  }
}

async function postMessage(api: GraphApi, to: ChatAddress, content: Fields): Promise<SentMessage> {
  const answer = await api.post('messages', {
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    ...recipientOf(to.chatId),
    ...content,
  })
  const id = textOf(fieldsOf(listOf(answer['messages'])[0])['id'])
  return id === undefined ? {} : { receipt_id: id }
}

function recipientOf(chatId: string): Fields {
  if (isWaId(chatId)) return { to: chatId }
  if (isUserId(chatId)) return { recipient: chatId }
  throw new PlatformError({
    platform: 'whatsapp',
    code: 'chat',
    kind: 'gone',
    description: 'the chat is neither a number nor a user id',
  })
}

function replyOf(to: ChatAddress): Fields {
  return to.replyTo === undefined ? {} : { context: { message_id: to.replyTo } }
}

const maxBodyWithButtons = 1024
const maxLabelLength = 20

function contentsOf({ text, buttons }: OutboundMessage): [Fields, Fields?] {
  const said = { type: 'text', text: { body: text, preview_url: false } }
  if (buttons === undefined || buttons.length === 0) return [said]
  if (text.length <= maxBodyWithButtons) return [choiceOf(text, buttons)]
  return [said, choiceOf(buttons.map(({ label }) => label).join(' / '), buttons)]
}

/** https://developers.facebook.com/docs/whatsapp/cloud-api/messages/interactive-reply-buttons-messages */
function choiceOf(body: string, buttons: readonly Button[]): Fields {
  const replies = buttons.map(({ label, value }, index) => ({
    type: 'reply',
    reply: { id: value, title: titleOf(label, index, buttons) },
  }))
  return {
    type: 'interactive',
    interactive: { type: 'button', body: { text: body }, action: { buttons: replies } },
  }
}

/** Titles are short and must differ from each other. */
function titleOf(label: string, index: number, buttons: readonly Button[]): string {
  const short = cut(label, maxLabelLength)
  const isTwice = buttons.some((other, at) => at < index && cut(other.label, maxLabelLength) === short)
  return isTwice ? `${cut(label, maxLabelLength - 2)} ${index + 1}` : short
}

function cut(label: string, length: number): string {
  return label.length <= length ? label : `${label.slice(0, length - 1).trimEnd()}…`
}

function awaitsPerson(): PlatformError {
  return new PlatformError({
    platform: 'whatsapp',
    code: '131047',
    kind: 'awaits_person',
    description: 'the person wrote more than 24 hours ago',
  })
}
