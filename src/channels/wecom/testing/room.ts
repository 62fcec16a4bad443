import { createCipheriv, randomBytes } from 'node:crypto'
import type {
  SimulatedFile,
  SimulatedMessage,
  SimulatedPerson,
  SimulatedRoom,
} from '../../testing/simulated-platform.ts'
import type { BotAccount } from './bot.ts'

export interface RoomMessage extends SimulatedMessage {
  /** What its buttons say, by label. */
  keys: Record<string, string>
  taskId?: string
}

/** A chat: what stands in it, and what people do there. */
export class Room implements SimulatedRoom {
  readonly id: string
  /** As the platform names it: a person's id in private. */
  readonly chatId: string
  readonly title: string
  readonly kind: 'private' | 'group'
  readonly #bot: BotAccount
  readonly #messages: RoomMessage[] = []

  constructor(bot: BotAccount, title: string, person?: SimulatedPerson) {
    this.#bot = bot
    this.title = title
    this.kind = person === undefined ? 'group' : 'private'
    this.chatId = person?.id ?? `wr${randomBytes(12).toString('base64url')}`
    this.id = `${person === undefined ? 'group' : 'user'}:${this.chatId}`
  }

  write(person: SimulatedPerson, text: string, options: { aside?: boolean } = {}): void {
    this.#add({ name: person.name, isBot: false }, { text })
    // What is not addressed to a bot is never shown to it.
    if (options.aside === true && this.kind === 'group') return
    const content = this.kind === 'group' ? `@${this.#bot.name} ${text}` : text
    this.#bot.tell(this, person, { msgtype: 'text', text: { content } })
  }

  sendFile(person: SimulatedPerson, file: SimulatedFile): void {
    this.#add({ name: person.name, isBot: false }, { files: [file] })
    const type = { image: 'image', video: 'video' }[file.mediaType.split('/')[0] ?? ''] ?? 'file'
    const key = randomBytes(32)
    const url = this.#bot.offer(encrypt(file.bytes, key))
    this.#bot.tell(this, person, { msgtype: type, [type]: { url, aeskey: key.toString('base64') } })
  }

  press(person: SimulatedPerson, messageId: string, label: string): void {
    const message = this.#messages.find(({ id }) => id === messageId)
    const key = message?.keys[label]
    if (key === undefined) throw new Error(`no button ${label}`)
    const pressed = { card_type: 'button_interaction', event_key: key, task_id: message?.taskId }
    this.#bot.tellEvent(this, person, { eventtype: 'template_card_event', template_card_event: pressed })
  }

  /** The person opens the chat for the first time today. */
  enter(person: SimulatedPerson): void {
    this.#bot.tellEvent(this, person, { eventtype: 'enter_chat' })
  }

  messages(): RoomMessage[] {
    return this.#messages
  }

  /** Something of the bot. */
  show(content: Partial<RoomMessage>): void {
    this.#add({ name: this.#bot.name, isBot: true }, content)
  }

  #add(from: RoomMessage['from'], content: Partial<RoomMessage>): void {
    const id = randomBytes(9).toString('base64url')
    const blank = { text: '', files: [], buttons: [], marks: [], isGrowing: false, keys: {} }
    this.#messages.push({ ...blank, id, from, ...content })
  }
}

/** AES-256-CBC; the padding fills blocks of 32 bytes. */
function encrypt(bytes: Uint8Array, key: Buffer): Buffer {
  const padding = 32 - (bytes.length % 32)
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  return Buffer.concat([cipher.update(bytes), cipher.update(Buffer.alloc(padding, padding)), cipher.final()])
}
