import { SimulatedChat, type Account, type ChatMessage } from './chat.ts'
import type { SimulatedFile } from '../../testing/simulated-platform.ts'
import type { Entity } from './html.ts'
import { FloodGuard } from './flood.ts'
import { keysOf } from './keyboard.ts'
import { MediaStore, mediaForms } from './media.ts'
import { unauthorized } from './refusal.ts'
import { UpdateQueue } from './update-queue.ts'

export interface SimulatedBot {
  token: string
  account: Account & { username: string }
  /** Privacy mode: in groups only what concerns the bot is shown to it. On, as BotFather sets it. */
  privacy: boolean
  webhookUrl: string
  updates: UpdateQueue
}

export interface WriteOptions {
  /** A group; left out, the private chat with the bot. */
  chat?: SimulatedChat
  topicId?: number
  replyTo?: number
  /** Left out: mentions and commands are found in the text. */
  entities?: Entity[]
  /** Further fields of the message, such as `photo`, `caption_entities` or `forward_origin`. */
  extra?: Record<string, unknown>
}

/** A button that somebody pressed; their app waits for the bot's answer. */
export interface PressedButton {
  token: string
  isAnswered: boolean
}

/** Bots, people and chats: what the Bot API and the people's side both look at. */
export class TelegramPlatform {
  readonly bots = new Map<string, SimulatedBot>()
  readonly people = new Map<number, Account>()
  #albums = 0
  readonly #groups = new Map<number, SimulatedChat>()
  readonly #privateChats = new Map<string, SimulatedChat>()
  /** Bots that a person has blocked, as `<token>/<person>`. */
  readonly blocked = new Set<string>()
  readonly media = new MediaStore()
  readonly flood: FloodGuard
  readonly pressed = new Map<string, PressedButton>()
  readonly now: () => number

  constructor(now: () => number) {
    this.now = now
    this.flood = new FloodGuard(now)
  }

  addBot(
    options: { token?: string; username?: string; name?: string; privacy?: boolean } = {},
  ): SimulatedBot {
    const number = this.bots.size + 1
    const token = options.token ?? `${7000000 + number}:simulated-token-${number}`
    const username = options.username ?? `portico_${number}_bot`
    const id = Number(token.split(':')[0])
    const bot: SimulatedBot = {
      token,
      account: { id, is_bot: true, first_name: options.name ?? 'Portico', username },
      privacy: options.privacy ?? true,
      webhookUrl: '',
      updates: new UpdateQueue(number * 1_000_000 + 1),
    }
    this.bots.set(token, bot)
    return bot
  }

  /** As BotFather does on /revoke: the token is dead at once, a waiting poll with it. */
  revoke(token: string): void {
    this.bots.get(token)?.updates.refusePoll(unauthorized())
    this.bots.delete(token)
  }

  addGroup(options: {
    id: number
    title: string
    type?: 'group' | 'supergroup'
    isForum?: boolean
    bots?: string[]
  }) {
    const { id, title, isForum = false } = options
    const chat = new SimulatedChat({ id, title, type: options.type ?? 'supergroup', isForum })
    for (const token of options.bots ?? []) chat.bots.add(token)
    this.#groups.set(id, chat)
    return chat
  }

  group(id: number): SimulatedChat | undefined {
    return this.#groups.get(id)
  }

  /** The private chat of a person and a bot; `open` makes it, as the person's first message does. */
  privateChat(token: string, personId: number, open: boolean): SimulatedChat | undefined {
    const key = `${token}/${personId}`
    const known = this.#privateChats.get(key)
    if (known !== undefined || !open) return known
    const title = this.people.get(personId)?.first_name ?? String(personId)
    const chat = new SimulatedChat({ id: personId, type: 'private', title })
    chat.bots.add(token)
    this.#privateChats.set(key, chat)
    return chat
  }

  /** A person writes; every bot that may see it gets an update. */
  write(from: Account, token: string, text: string, options: WriteOptions = {}): ChatMessage {
    const chat = options.chat ?? this.privateChat(token, from.id, true)
    if (chat === undefined) throw new Error('no such chat')
    const message = chat.add({
      from,
      text,
      source: text,
      entities: options.entities ?? findEntities(text),
      date: this.#seconds(),
      extra: options.extra ?? {},
      ...(options.topicId === undefined ? {} : { topicId: options.topicId }),
      ...(options.replyTo === undefined ? {} : { replyTo: options.replyTo }),
    })
    this.#tell(chat, message, 'message')
    return message
  }

  newAlbum(): string {
    return `album_${++this.#albums}`
  }

  /** A person sends files, more than one as an album: each is a message of its own, the caption stands at the first. */
  sendFiles(
    from: Account,
    token: string,
    files: readonly SimulatedFile[],
    { caption = '', ...options }: WriteOptions & { caption?: string } = {},
  ): ChatMessage[] {
    const album = files.length > 1 ? { media_group_id: this.newAlbum() } : {}
    return files.map((file, index) => {
      const extra = { ...options.extra, ...album, ...this.media.keep(file) }
      return this.write(from, token, index === 0 ? caption : '', { ...options, extra })
    })
  }

  /** A person presses a button of a message of a bot. */
  press(from: Account, token: string, chat: SimulatedChat, message: ChatMessage, label: string): string {
    const key = keysOf(message).find(({ text }) => text === label)
    if (key === undefined) throw new Error(`There is no button ${label}.`)
    const id = `press_${this.pressed.size + 1}`
    this.pressed.set(id, { token, isAnswered: false })
    this.bots.get(token)?.updates.add('callback_query', {
      id,
      from,
      message: this.messageJson(chat, message),
      chat_instance: String(chat.id),
      data: key.callback_data,
    })
    return id
  }

  /** A person puts a bot into a group. */
  invite(from: Account, token: string, chat: SimulatedChat): void {
    chat.bots.add(token)
    const bot = this.bots.get(token)
    const member = (status: string) => ({ status, user: bot?.account })
    bot?.updates.add('my_chat_member', {
      chat: chatJson(chat, undefined),
      from,
      date: this.#seconds(),
      old_chat_member: member('left'),
      new_chat_member: member('member'),
    })
  }

  edit(chat: SimulatedChat, id: number, text: string): ChatMessage {
    const message = chat.find(id)
    if (message === undefined) throw new Error('no such message')
    chat.edit(message, { text, source: text, entities: findEntities(text), editDate: this.#seconds() })
    this.#tell(chat, message, 'edited_message')
    return message
  }

  /** A group becomes a supergroup: another id, and both are told. */
  migrate(group: SimulatedChat, newId: number): SimulatedChat {
    const successor = this.addGroup({ id: newId, title: group.title, bots: [...group.bots] })
    group.migratedTo = newId
    for (const token of group.bots) {
      const tell = (chat: SimulatedChat, extra: object) =>
        this.bots.get(token)?.updates.add('message', { ...this.service(chat), ...extra })
      tell(group, { migrate_to_chat_id: newId })
      tell(successor, { migrate_from_chat_id: group.id })
    }
    return successor
  }

  /** A service message, as far as all of them are the same. */
  service(chat: SimulatedChat): Record<string, unknown> {
    const [from] = this.people.values()
    return { message_id: 1_000_000, date: this.#seconds(), chat: chatJson(chat, undefined), from }
  }

  /** Message as the Bot API shows it. */
  messageJson(chat: SimulatedChat, message: ChatMessage): Record<string, unknown> {
    const person = chat.type === 'private' ? this.people.get(chat.id) : undefined
    const replied = message.replyTo === undefined ? undefined : chat.find(message.replyTo)
    const isCaption = mediaForms.some((form) => form in message.extra)
    const [text, entities] = isCaption ? ['caption', 'caption_entities'] : ['text', 'entities']
    return {
      message_id: message.id,
      from: message.from,
      chat: chatJson(chat, person),
      date: message.date,
      ...(message.editDate === undefined ? {} : { edit_date: message.editDate }),
      ...(message.topicId === undefined
        ? {}
        : { message_thread_id: message.topicId, is_topic_message: true }),
      ...(replied === undefined
        ? {}
        : { reply_to_message: this.messageJson(chat, { ...replied, replyTo: NaN }) }),
      ...(message.text === '' ? {} : { [text]: message.text }),
      ...(message.entities.length === 0 ? {} : { [entities]: message.entities }),
      ...message.extra,
    }
  }

  #tell(chat: SimulatedChat, message: ChatMessage, kind: 'message' | 'edited_message'): void {
    for (const token of chat.bots) {
      const bot = this.bots.get(token)
      if (bot === undefined || this.blocked.has(`${token}/${message.from.id}`)) continue
      if (this.#isShown(bot, chat, message)) bot.updates.add(kind, this.messageJson(chat, message))
    }
  }

  /** https://core.telegram.org/bots/features#privacy-mode */
  #isShown(bot: SimulatedBot, chat: SimulatedChat, message: ChatMessage): boolean {
    if (chat.type === 'private' || !bot.privacy) return true
    const name = `@${bot.account.username}`.toLowerCase()
    const replied = message.replyTo === undefined ? undefined : chat.find(message.replyTo)
    if (replied?.from.id === bot.account.id) return true
    return message.entities.some((entity) => {
      const covered = message.text.slice(entity.offset, entity.offset + entity.length).toLowerCase()
      if (entity.type === 'mention') return covered === name
      if (entity.type !== 'bot_command') return false
      return covered.includes('@') ? covered.endsWith(name) : (chat.lastBot ?? bot.token) === bot.token
    })
  }

  #seconds(): number {
    return Math.floor(this.now() / 1000)
  }
}

function chatJson(chat: SimulatedChat, person: Account | undefined): Record<string, unknown> {
  if (chat.type !== 'private') {
    return { id: chat.id, type: chat.type, title: chat.title, ...(chat.isForum ? { is_forum: true } : {}) }
  }
  const { first_name = chat.title, username } = person ?? {}
  return { id: chat.id, type: 'private', first_name, ...(username === undefined ? {} : { username }) }
}

/** What Telegram's apps mark by themselves: commands and mentions. */
function findEntities(text: string): Entity[] {
  const found = text.matchAll(/(?<![\w/@])(\/[a-zA-Z]\w*(?:@\w+)?|@\w{3,})/g)
  return [...found].map((match) => ({
    type: match[0].startsWith('/') ? 'bot_command' : 'mention',
    offset: match.index,
    length: match[0].length,
  }))
}
