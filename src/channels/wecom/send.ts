import { createHash } from 'node:crypto'
import type {
  CanEdit,
  Channel,
  ChannelMemory,
  ChatAddress,
  OutboundMessage,
  SentMessage,
} from '../channel.ts'
import { idIn } from './address.ts'
import { isWindowOver, refused } from './errors.ts'
import type { Line } from './receive.ts'
import { findReply } from './replies.ts'
import type { Session } from './session.ts'

/** How long a welcome may be said after the person came. */
const welcomeMs = 4_500
/** Shown as three dots that move; an empty text would be no message yet. */
const thinking = '<think></think>'
/** How many messages that are complete are remembered, so that none is sent twice. */
const maxRemembered = 1_000

/**
 * What goes out. An answer to a message is a stream: a message of an id that we choose, whose whole text is sent again
 * as it grows (https://developer.work.weixin.qq.com/document/path/101031). It takes changes for six minutes. After
 * that, and where nothing is left to answer, a message is pushed as it is; one that grows is then pushed at its end,
 * because what was pushed cannot be changed.
 */
export function createSender(
  line: Line,
  memory: Pick<ChannelMemory, 'read'>,
  now: () => number,
): Pick<Channel, 'send'> & CanEdit {
  /** The final text of messages, by their id. */
  const complete = new Map<string, string>()

  function remember(id: string, text: string): void {
    complete.set(id, text)
    const [oldest] = complete.keys()
    if (complete.size > maxRemembered && oldest !== undefined) complete.delete(oldest)
  }

  async function stream(
    session: Session,
    reqId: string,
    id: string,
    message: OutboundMessage,
  ): Promise<SentMessage> {
    const finish = message.growing !== true
    const content = { id, content: finish ? message.text : message.text || thinking, finish }
    const cards = finish ? cardOf(message, id) : undefined
    await session.request(
      'aibot_respond_msg',
      cards === undefined
        ? { msgtype: 'stream', stream: content }
        : { msgtype: 'stream_with_template_card', stream: content, template_card: cards },
      reqId,
    )
    return { kind: 'stream', req_id: reqId, stream_id: id }
  }

  async function send(
    session: Session,
    to: ChatAddress,
    message: OutboundMessage,
    idempotencyKey: string,
  ): Promise<SentMessage> {
    const reply = await findReply(memory, to)
    const id = idOf(idempotencyKey)
    try {
      if (reply?.kind === 'message') return await stream(session, reply.reqId, id, message)
      if (reply?.kind === 'welcome' && message.growing !== true && now() - reply.at < welcomeMs) {
        return await welcome(session, reply.reqId, message)
      }
    } catch (error) {
      if (!isWindowOver(error)) throw error
    }
    if (message.growing !== true) return push(session, to, message, id)
    return { kind: 'deferred', id, chat_id: to.chatId, chat_kind: to.kind }
  }

  return {
    send: (to, message, idempotencyKey) => line.use((session) => send(session, to, message, idempotencyKey)),

    async edit(sent, message) {
      const { kind, req_id: reqId, stream_id: streamId, id } = sent
      const isComplete = message.growing !== true
      if (kind === 'stream' && typeof reqId === 'string' && typeof streamId === 'string') {
        if (complete.get(streamId) === message.text) return
        await line.use((session) => stream(session, reqId, streamId, message))
        if (isComplete) remember(streamId, message.text)
        return
      }
      if (kind !== 'deferred' || typeof id !== 'string') {
        throw refused('gone', 'pushed', 'a message that was pushed cannot be changed')
      }
      if (!isComplete || complete.get(id) === message.text) return
      await line.use((session) => push(session, chatOf(sent), message, id))
      remember(id, message.text)
    },
  }
}

/** https://developer.work.weixin.qq.com/document/path/101463: text only, within five seconds of the event. */
async function welcome(session: Session, reqId: string, message: OutboundMessage): Promise<SentMessage> {
  const body = { msgtype: 'text', text: { content: message.plain } }
  await session.request('aibot_respond_welcome_msg', body, reqId)
  return { kind: 'pushed' }
}

async function push(
  session: Session,
  to: ChatAddress,
  message: OutboundMessage,
  id: string,
): Promise<SentMessage> {
  await pushBody(session, to, { msgtype: 'markdown', markdown: { content: message.text } })
  const card = cardOf(message, id)
  if (card !== undefined) await pushBody(session, to, { msgtype: 'template_card', template_card: card })
  return { kind: 'pushed' }
}

/** Sends a message that answers none: the chat is a person's id or a group's. */
export async function pushBody(session: Session, to: ChatAddress, body: object): Promise<void> {
  const chat = { chatid: idIn(to), chat_type: to.kind === 'private' ? 1 : 2 }
  await session.request('aibot_send_msg', { ...chat, ...body })
}

/** Buttons are a card of their own under the text; each says its key when it is pressed. */
function cardOf({ plain, buttons = [] }: OutboundMessage, id: string): object | undefined {
  if (buttons.length === 0) return undefined
  const [line = ''] = plain.trim().split('\n', 1)
  return {
    card_type: 'button_interaction',
    main_title: { title: line.slice(0, 26).toWellFormed() || '…' },
    button_list: buttons.map(({ label, value }, index) => ({
      text: label,
      style: index === 0 ? 1 : 2,
      key: value,
    })),
    task_id: id,
  }
}

function chatOf(sent: SentMessage): ChatAddress {
  return { chatId: String(sent['chat_id']), kind: sent['chat_kind'] === 'group' ? 'group' : 'private' }
}

/** The same for a repeated send, so that it is the same message. */
function idOf(idempotencyKey: string): string {
  return `portico_${createHash('sha256').update(idempotencyKey).digest('hex').slice(0, 32)}`
}
