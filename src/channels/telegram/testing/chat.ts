import { EventEmitter, once } from 'node:events'
import type { Entity } from './html.ts'

export interface Account {
  id: number
  is_bot: boolean
  first_name: string
  username?: string
}

/** A message as a person sees it. */
export interface ChatMessage {
  id: number
  from: Account
  text: string
  entities: Entity[]
  /** What was sent before parsing, to judge the dialect. */
  source: string
  /** Earlier texts, oldest first. */
  history: string[]
  topicId?: number
  replyTo?: number
  /** Unix seconds. */
  date: number
  editDate?: number
  extra: Record<string, unknown>
  /** Reactions of the bot. */
  marks?: string[]
}

export type ChatType = 'private' | 'group' | 'supergroup' | 'channel'

/** A chat with all its messages; a private chat is one between a person and one bot. */
export class SimulatedChat {
  readonly id: number
  readonly type: ChatType
  readonly title: string
  readonly isForum: boolean
  /** Tokens of the bots that are members. */
  readonly bots = new Set<string>()
  /** Ids of people who administer it. */
  readonly administrators = new Set<number>()
  readonly topics = new Map<number, string>()
  /** `typing` and the like, as they came. */
  readonly actions: { action: string; topicId?: number }[] = []
  /** The token of the bot that wrote last. */
  lastBot: string | undefined
  /** The id of the supergroup that took this group's place. */
  migratedTo: number | undefined
  /** Counts changes. */
  version = 0
  readonly #messages = new Map<number, ChatMessage>()
  readonly #changes = new EventEmitter()
  #nextMessageId = 1

  constructor(fields: { id: number; type: ChatType; title: string; isForum?: boolean }) {
    this.id = fields.id
    this.type = fields.type
    this.title = fields.title
    this.isForum = fields.isForum ?? false
    this.#changes.setMaxListeners(0)
  }

  get messages(): ChatMessage[] {
    return [...this.#messages.values()]
  }

  find(id: number): ChatMessage | undefined {
    return this.#messages.get(id)
  }

  add(message: Omit<ChatMessage, 'id' | 'history'>): ChatMessage {
    const added = { ...message, id: this.#nextMessageId, history: [] }
    this.#nextMessageId += 1
    this.#messages.set(added.id, added)
    this.changed()
    return added
  }

  edit(
    message: ChatMessage,
    by: { text: string; entities: Entity[]; source: string; editDate: number },
  ): void {
    message.history.push(message.text)
    Object.assign(message, by)
    this.changed()
  }

  remove(id: number): boolean {
    const existed = this.#messages.delete(id)
    this.changed()
    return existed
  }

  changed(): void {
    this.version += 1
    this.#changes.emit('change')
  }

  /** Resolves with what `look` finds, now or after one of the changes to come. */
  async until<T>(look: (chat: SimulatedChat) => T | undefined | false): Promise<T> {
    for (;;) {
      const found = look(this)
      if (found !== undefined && found !== false) return found
      await once(this.#changes, 'change')
    }
  }

  /** Resolves with the first message by a bot whose text passes. */
  untilAnswer(passes: (text: string) => boolean = () => true): Promise<ChatMessage> {
    return this.until(({ messages }) => messages.find(({ from, text }) => from.is_bot && passes(text)))
  }
}
