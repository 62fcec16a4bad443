import { fieldsOf, listOf, type Fields } from '../../../lib/json.ts'
import { textOf } from '../../lenient-shape.ts'
import { buttonsOf, readCard } from './cards.ts'
import { Refusal } from './refusal.ts'
import { at, required, type ApiCall, type Route } from './request.ts'
import type { Chat, Message, World } from './world.ts'

const maxEdits = 20
const maxTextBytes = 150 * 1024

/** https://open.feishu.cn/document/server-docs/im-v1/message/create and its neighbours */
export const messageCalls: readonly Route[] = [
  at('POST', '/open-apis/im/v1/messages', (call) => {
    if (call.query.get('receive_id_type') !== 'chat_id') throw new Refusal(230001, 'invalid receive_id_type')
    const chat = call.world.chats.get(required(call.json, 'receive_id'))
    if (chat?.apps.includes(call.app) !== true)
      throw new Refusal(230002, 'Bot/User can NOT be out of the chat.')
    return post(call, chat, {})
  }),
  at('POST', '/open-apis/im/v1/messages/:id/reply', (call) => {
    const target = call.world.findMessage(call.ids[0] ?? '')
    if (target?.chat.apps.includes(call.app) !== true) throw new Refusal(231003, 'The message is not found')
    if (target.isDeleted) throw new Refusal(230011, 'The message was withdrawn.')
    const rootId = target.rootId ?? target.id
    if (call.json['reply_in_thread'] === true) {
      const root = call.world.findMessage(rootId)
      if (root !== undefined) root.threadId ??= call.world.id('omt')
      return post(call, target.chat, {
        rootId,
        parentId: rootId,
        ...(root?.threadId && { threadId: root.threadId }),
      })
    }
    return post(call, target.chat, { rootId, parentId: target.id })
  }),
  at('PUT', '/open-apis/im/v1/messages/:id', (call) => {
    const message = own(call)
    if (message.type !== 'text')
      throw new Refusal(230054, 'This operation is not supported for this message type')
    if (message.edits >= maxEdits)
      throw new Refusal(230072, 'The message has reached the number of times it can be edited.')
    message.content = checkedText(required(call.json, 'content'))
    message.edits += 1
    return shown(message)
  }),
  at('PATCH', '/open-apis/im/v1/messages/:id', (call) => {
    const message = own(call)
    if (message.type !== 'interactive' || message.cardId !== undefined) {
      throw new Refusal(230001, 'This message is NOT a card.')
    }
    const content = required(call.json, 'content')
    readCard(content)
    message.content = content
    message.edits += 1
    return {}
  }),
  at('POST', '/open-apis/im/v1/messages/:id/reactions', (call) => {
    const emoji = textOf(fieldsOf(call.json['reaction_type'])['emoji_type'])
    const message = call.world.findMessage(call.ids[0] ?? '')
    if (message === undefined || emoji === undefined) throw new Refusal(231003, 'The message is not found')
    const reaction = { id: call.world.id('reaction'), emoji, appId: call.app.id }
    message.reactions.push(reaction)
    return shownReaction(reaction)
  }),
  at('GET', '/open-apis/im/v1/messages/:id/reactions', (call) => {
    const message = call.world.findMessage(call.ids[0] ?? '')
    const emoji = call.query.get('reaction_type')
    const items = message?.reactions.filter((one) => emoji === null || one.emoji === emoji) ?? []
    return { has_more: false, page_token: '', items: items.map(shownReaction) }
  }),
  at('DELETE', '/open-apis/im/v1/messages/:id/reactions/:id', (call) => {
    const message = call.world.findMessage(call.ids[0] ?? '')
    const index =
      message?.reactions.findIndex(({ id, appId }) => id === call.ids[1] && appId === call.app.id) ?? -1
    if (message === undefined || index < 0) throw new Refusal(231010, 'The reaction is not found')
    return message.reactions.splice(index, 1).map(shownReaction)[0] ?? {}
  }),
]

function own(call: ApiCall): Message {
  const message = call.world.findMessage(call.ids[0] ?? '')
  if (message === undefined || message.isDeleted) throw new Refusal(230110, 'The message has been deleted.')
  if (message.from !== call.app) throw new Refusal(230027, 'Lack of necessary permissions')
  return message
}

function post(call: ApiCall, chat: Chat, place: Partial<Message>): Fields {
  const { world, app, json } = call
  const uuid = textOf(json['uuid'])
  if (uuid !== undefined && uuid.length > 50)
    throw new Refusal(99992402, 'field validation failed: uuid is too long')
  const known = uuid === undefined ? undefined : world.uuids.get(`${app.id} ${uuid}`)
  if (known !== undefined) return shown(known)
  const type = required(json, 'msg_type')
  const fields = contentOf(world, type, required(json, 'content'))
  const message = world.add(chat, app, { type, ...fields, ...place })
  const card = message.cardId === undefined ? undefined : world.cards.get(message.cardId)
  if (card !== undefined) card.messageId = message.id
  if (uuid !== undefined) world.uuids.set(`${app.id} ${uuid}`, message)
  return shown(message)
}

function contentOf(
  world: World,
  type: string,
  content: string,
): Pick<Message, 'content' | 'cardId' | 'file'> {
  if (type === 'text') return { content: checkedText(content) }
  const parsed = parse(content)
  if (type === 'interactive') {
    if (parsed['type'] !== 'card') return { content: JSON.stringify(readCard(content)) }
    const cardId = textOf(fieldsOf(parsed['data'])['card_id'])
    const card = world.cards.get(cardId ?? '')
    if (cardId === undefined || card === undefined)
      throw new Refusal(230099, 'Failed to create card content, ext=ErrCode: 11328; cardid is invalid')
    if (card.messageId !== undefined)
      throw new Refusal(230099, 'Failed to create card content, ext=ErrCode: 11329; the card was sent before')
    return { content, cardId }
  }
  const key = textOf(parsed[type === 'image' ? 'image_key' : 'file_key'])
  const file = key === undefined ? undefined : world.files.get(key)
  if (!['image', 'file', 'audio', 'media'].includes(type) || file === undefined) {
    throw new Refusal(230001, 'Your request contains an invalid request parameter: content')
  }
  return { content, file }
}

function checkedText(content: string): string {
  if (Buffer.byteLength(content) > maxTextBytes)
    throw new Refusal(230025, 'The length of the message content reaches its limit.')
  if (typeof parse(content)['text'] !== 'string') throw new Refusal(230001, 'invalid message content')
  return content
}

function parse(content: string): Fields {
  try {
    return fieldsOf(JSON.parse(content))
  } catch {
    throw new Refusal(230001, 'content is not a string in json format')
  }
}

function shown(message: Message): Fields {
  const { id, type, chat, createdAt, content, rootId, parentId, threadId } = message
  return {
    message_id: id,
    msg_type: type,
    chat_id: chat.id,
    create_time: String(createdAt),
    update_time: String(createdAt),
    deleted: false,
    updated: message.edits > 0,
    sender: { id: 'secret' in message.from ? message.from.id : '', id_type: 'app_id', sender_type: 'app' },
    body: { content },
    ...(rootId === undefined ? {} : { root_id: rootId }),
    ...(parentId === undefined ? {} : { parent_id: parentId }),
    ...(threadId === undefined ? {} : { thread_id: threadId }),
  }
}

function shownReaction({ id, emoji, appId }: Message['reactions'][number]): Fields {
  return {
    reaction_id: id,
    operator: { operator_id: appId, operator_type: 'app' },
    action_time: '1663054162546',
    reaction_type: { emoji_type: emoji },
  }
}

/** The value of a button of a message, whichever way its card was sent. */
export function buttonValue(world: World, message: Message, label: string): unknown {
  const card = message.cardId === undefined ? parse(message.content) : world.cards.get(message.cardId)?.card
  return listOf(buttonsOf(card ?? {}))
    .map(fieldsOf)
    .find((button) => button['label'] === label)?.['value']
}
