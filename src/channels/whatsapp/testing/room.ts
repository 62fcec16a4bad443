import type {
  SimulatedFile,
  SimulatedMessage,
  SimulatedPerson,
  SimulatedRoom,
} from '../../testing/simulated-platform.ts'
import { shown } from './dialect.ts'
import type { SimulatedNumber } from './number.ts'

interface RoomMessage {
  id: string
  from: { name: string; isBot: boolean }
  text: string
  files: SimulatedFile[]
  buttons: { id: string; title: string }[]
  mark: string
}

/** The chat of a person with a business number, as the person sees it. */
export class Room implements SimulatedRoom {
  readonly kind = 'private'
  readonly id: string
  readonly title: string
  readonly person: SimulatedPerson
  /** When the person wrote last, in milliseconds; 0 closes the reply window. */
  lastInboundAt: number
  /** Names of the templates that arrived. */
  readonly templates: string[] = []
  /** Messages of the person that the bot has read, and whether it shows that it types. */
  readonly read: { messageId: string; isTyping: boolean }[] = []
  readonly #number: SimulatedNumber
  readonly #messages: RoomMessage[] = []

  constructor(number: SimulatedNumber, person: SimulatedPerson, openedAt: number) {
    this.#number = number
    this.person = person
    this.id = person.id
    this.title = person.name
    this.lastInboundAt = openedAt
  }

  write(person: SimulatedPerson, text: string): void {
    this.say(person, { type: 'text', text: { body: text } }, { text })
  }

  sendFile(person: SimulatedPerson, file: SimulatedFile): void {
    const [kind = ''] = file.mediaType.split('/')
    const type = ['image', 'audio', 'video'].includes(kind) ? kind : 'document'
    const media = {
      id: this.#number.media.add(file),
      mime_type: file.mediaType,
      sha256: 'c2hhMjU2',
      ...(type === 'document' && { filename: file.name }),
      ...(type === 'audio' && { voice: true }),
    }
    this.say(person, { type, [type]: media }, { files: [file] })
  }

  press(person: SimulatedPerson, messageId: string, label: string): void {
    const message = this.#messages.find(({ id }) => id === messageId)
    const button = message?.buttons.find(({ title }) => title === label)
    if (button === undefined) throw new Error(`there is no button ${label}`)
    const interactive = { type: 'button_reply', button_reply: button }
    this.say(person, { type: 'interactive', interactive }, { text: label })
  }

  messages(): SimulatedMessage[] {
    return this.#messages.map(({ id, from, text, files, buttons, mark }) => ({
      id,
      from,
      text: from.isBot ? shown(text) : text,
      files,
      buttons: buttons.map(({ title }) => title),
      marks: mark === '' ? [] : [mark],
      isGrowing: false,
    }))
  }

  /** The bot's newest text as it came over the wire. */
  get source(): string {
    return this.#messages.findLast(({ from }) => from.isBot)?.text ?? ''
  }

  /** What the business sends arrives. */
  receive(content: { text?: string; files?: SimulatedFile[]; buttons?: RoomMessage['buttons'] }): string {
    return this.#add({ name: this.#number.name, isBot: true }, content)
  }

  mark(messageId: string, emoji: string): boolean {
    const message = this.#messages.find(({ id }) => id === messageId)
    if (message !== undefined) message.mark = emoji
    return message !== undefined
  }

  has(messageId: string): boolean {
    return this.#messages.some(({ id }) => id === messageId)
  }

  /** The person opens the chat and reads what is there. */
  look(): void {
    for (const { id, from } of this.#messages) if (from.isBot) this.#number.tell(id, this.id, 'read')
  }

  /** Anything that a person can say, in the shape of a webhook's message. */
  say(
    person: SimulatedPerson,
    message: Record<string, unknown>,
    seen: { text?: string; files?: SimulatedFile[] } = {},
  ): string {
    const id = this.#add({ name: person.name, isBot: false }, seen)
    this.lastInboundAt = this.#number.now()
    const timestamp = String(Math.floor(this.lastInboundAt / 1000))
    this.#number.deliver(person, { from: person.id, id, timestamp, ...message })
    return id
  }

  #add(
    from: RoomMessage['from'],
    content: { text?: string; files?: SimulatedFile[]; buttons?: RoomMessage['buttons'] },
  ): string {
    const id = this.#number.nextMessageId()
    const { text = '', files = [], buttons = [] } = content
    this.#messages.push({ id, from, text, files, buttons, mark: '' })
    return id
  }
}
