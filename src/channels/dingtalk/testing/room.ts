import { randomBytes } from 'node:crypto'
import type {
  SimulatedFile,
  SimulatedMessage,
  SimulatedPerson,
  SimulatedRoom,
} from '../../testing/simulated-platform.ts'
import type { BotAccount } from './bot.ts'

interface RoomMessage extends SimulatedMessage {
  /** Where its buttons lead. */
  links: Record<string, string>
}

/** A chat: what stands in it, and what people do there. */
export class Room implements SimulatedRoom {
  readonly id: string
  readonly conversationId = `cid${randomBytes(16).toString('base64')}`
  readonly title: string
  readonly kind: 'private' | 'group'
  /** Whose private chat it is. */
  readonly personId: string | undefined
  readonly #bot: BotAccount
  readonly #messages: RoomMessage[] = []

  constructor(bot: BotAccount, title: string, person?: SimulatedPerson) {
    this.#bot = bot
    this.title = title
    this.kind = person === undefined ? 'group' : 'private'
    this.personId = person?.id
    this.id = person === undefined ? this.conversationId : `user:${person.id}`
  }

  write(person: SimulatedPerson, text: string, options: { aside?: boolean } = {}): void {
    this.#add({ name: person.name, isBot: false }, { text })
    // What is not addressed to a robot is never shown to it.
    if (options.aside === true && this.kind === 'group') return
    const content = this.kind === 'group' ? ` ${text} ` : text
    this.#bot.tell(this, person, { msgtype: 'text', text: { content } })
  }

  sendFile(person: SimulatedPerson, file: SimulatedFile): void {
    this.#add({ name: person.name, isBot: false }, { files: [file] })
    const downloadCode = randomBytes(24).toString('base64')
    this.#bot.downloads.set(downloadCode, file)
    const [type = ''] = file.mediaType.split('/')
    const msgtype = { image: 'picture', audio: 'audio', video: 'video' }[type] ?? 'file'
    const content = { downloadCode, ...(msgtype === 'file' ? { fileName: file.name } : {}) }
    this.#bot.tell(this, person, { msgtype, content })
  }

  press(person: SimulatedPerson, messageId: string, label: string): void {
    const link = this.#messages.find(({ id }) => id === messageId)?.links[label]
    const url = link === undefined ? null : URL.parse(link)
    if (url?.protocol !== 'dtmd:') throw new Error(`no button ${label}`)
    this.write(person, url.searchParams.get('content') ?? '')
  }

  messages(): SimulatedMessage[] {
    return this.#messages
  }

  /** Something of the robot. */
  show(content: Partial<RoomMessage>): RoomMessage {
    return this.#add({ name: this.#bot.name, isBot: true }, content)
  }

  #add(from: RoomMessage['from'], content: Partial<RoomMessage>): RoomMessage {
    const id = randomBytes(9).toString('base64url')
    const blank = { text: '', files: [], buttons: [], marks: [], isGrowing: false, links: {} }
    const message = { ...blank, id, from, ...content }
    this.#messages.push(message)
    return message
  }
}
