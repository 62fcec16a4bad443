import type { SimulatedFile, SimulatedMessage } from '../../testing/simulated-platform.ts'
import { fieldsOf } from '../../../lib/json.ts'
import { textOf } from '../../lenient-shape.ts'
import { buttonsOf, isStreaming, shownCard } from './cards.ts'
import { tellOfMessage } from './events.ts'
import { isApp, type App, type Chat, type Message, type Person, type World } from './world.ts'

export interface WriteOptions {
  /** In groups the bot is mentioned unless this says otherwise. */
  aside?: boolean
  /** Left out, all bots of the group are mentioned. */
  to?: App
  /** In the thread that begins with this message. */
  thread?: Message
  /** Quotes this message, outside of a thread. */
  quotes?: Message
}

/** A person writes; the apps of the chat that may see it are told. */
export function write(
  world: World,
  chat: Chat,
  person: Person,
  text: string,
  options: WriteOptions = {},
): Message {
  const spokenTo = options.to === undefined ? chat.apps : [options.to]
  const mentioned = chat.kind === 'group' && options.aside !== true ? spokenTo : []
  const mentions = mentioned.map((app, index) => ({ key: `@_user_${index + 1}`, app }))
  const spoken = [...mentions.map(({ key }) => key), text].join(' ')
  return say(world, chat, person, {
    type: 'text',
    content: JSON.stringify({ text: spoken }),
    mentions,
    ...place(world, options),
  })
}

export function sendFile(world: World, chat: Chat, person: Person, file: SimulatedFile): Message {
  const isImage = file.mediaType.startsWith('image/')
  const key = world.id(isImage ? 'img_v3' : 'file_v3')
  world.files.set(key, file)
  const content = isImage ? { image_key: key } : { file_key: key, file_name: file.name }
  const kept = world.files.get(key)
  return say(world, chat, person, {
    type: isImage ? 'image' : 'file',
    content: JSON.stringify(content),
    ...(kept && { file: kept }),
  })
}

/** A message of any kind, as its content stands. */
export function say(
  world: World,
  chat: Chat,
  person: Person,
  fields: Partial<Message> & Pick<Message, 'type' | 'content'>,
): Message {
  const message = world.add(chat, person, fields)
  for (const app of chat.apps) tellOfMessage(world, app, message)
  return message
}

function place(world: World, { thread, quotes }: WriteOptions): Partial<Message> {
  if (thread !== undefined) {
    thread.threadId ??= world.id('omt')
    return { rootId: thread.id, parentId: thread.id, threadId: thread.threadId }
  }
  return quotes === undefined ? {} : { rootId: quotes.rootId ?? quotes.id, parentId: quotes.id }
}

/** A message as people see it. */
export function shown(world: World, message: Message): SimulatedMessage {
  const content = fieldsOf(JSON.parse(message.content))
  const sent = message.cardId === undefined ? undefined : world.cards.get(message.cardId)?.card
  const card = message.type === 'interactive' ? (sent ?? content) : undefined
  return {
    id: message.id,
    from: { name: message.from.name, isBot: isApp(message.from) },
    text: card === undefined ? spoken(message, textOf(content['text']) ?? '') : shownCard(card),
    files: message.file === undefined ? [] : [message.file],
    buttons: card === undefined ? [] : buttonsOf(card).map(({ label }) => label),
    marks: message.reactions.map(({ emoji }) => emoji),
    isGrowing: card !== undefined && isStreaming(card),
  }
}

function spoken(message: Message, text: string): string {
  return message.mentions.reduce((out, { key, app }) => out.replace(key, `@${app.name}`), text)
}
