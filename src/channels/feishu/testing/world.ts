import { createHash } from 'node:crypto'
import type { SimulatedFile } from '../../testing/simulated-platform.ts'
import type { Fields } from '../../../lib/json.ts'
import { EventSide } from './event-side.ts'

export interface Person {
  readonly name: string
  readonly unionId: string
}

/** An app of the developer console, with its bot. */
export interface App {
  readonly id: string
  readonly secret: string
  readonly name: string
  readonly openId: string
  /** Scopes that were granted, as far as the simulator looks at them. */
  readonly scopes: Set<'cardkit:card:write' | 'contact:user.base:readonly'>
  readonly events: EventSide
  token: string
  isRevoked: boolean
}

export interface Message {
  readonly id: string
  readonly chat: Chat
  readonly from: App | Person
  type: string
  /** JSON, as the open APIs have it. */
  content: string
  /** The card that it shows. */
  cardId?: string
  readonly mentions: readonly { key: string; app: App }[]
  readonly rootId?: string
  readonly parentId?: string
  threadId?: string
  readonly createdAt: number
  readonly file?: SimulatedFile
  readonly reactions: { id: string; emoji: string; appId: string }[]
  edits: number
  isDeleted: boolean
}

export interface Chat {
  readonly id: string
  readonly kind: 'p2p' | 'group'
  readonly title: string
  readonly apps: readonly App[]
  readonly people: readonly Person[]
  /** Who may decide for it. */
  readonly managers: Set<Person>
  readonly messages: Message[]
}

export interface Card {
  readonly id: string
  card: Fields
  sequence: number
  readonly madeAt: number
  messageId?: string
}

export const tenantKey = '2ed263bf32cf1651'

/** What the platform knows: apps, people, chats, cards, files. */
export class World {
  readonly apps = new Map<string, App>()
  readonly chats = new Map<string, Chat>()
  readonly people: Person[] = []
  readonly cards = new Map<string, Card>()
  readonly files = new Map<string, SimulatedFile>()
  /** Messages by app and `uuid`. */
  readonly uuids = new Map<string, Message>()
  /** Milliseconds that a test let pass. */
  passed = 0
  #ids = 0

  now(): number {
    return Date.now() + this.passed
  }

  /** An id in the platform's shape: a prefix and 32 hexadecimal digits. */
  id(prefix: string): string {
    this.#ids += 1
    return `${prefix}_${createHash('sha256').update(`${prefix} ${this.#ids}`).digest('hex').slice(0, 32)}`
  }

  addApp(name: string): App {
    const app: App = {
      id: `cli_${this.id('app').slice(4, 20)}`,
      secret: this.id('secret').slice(7),
      name,
      openId: this.id('ou'),
      scopes: new Set(['cardkit:card:write', 'contact:user.base:readonly']),
      events: new EventSide(() => this.now()),
      token: this.id('t'),
      isRevoked: false,
    }
    this.apps.set(app.id, app)
    return app
  }

  addPerson(name: string): Person {
    const person = { name, unionId: this.id('on') }
    this.people.push(person)
    return person
  }

  /** A person has another open id in every app. */
  openIdOf(person: Person, app: App): string {
    return `ou_${createHash('sha256').update(`${person.unionId} ${app.id}`).digest('hex').slice(0, 32)}`
  }

  addChat(kind: Chat['kind'], title: string, apps: readonly App[], people: readonly Person[]): Chat {
    const chat = { id: this.id('oc'), kind, title, apps, people, managers: new Set<Person>(), messages: [] }
    this.chats.set(chat.id, chat)
    return chat
  }

  privateChat(app: App, person: Person): Chat {
    const known = [...this.chats.values()].find(
      ({ kind, apps, people }) => kind === 'p2p' && apps[0] === app && people[0] === person,
    )
    return known ?? this.addChat('p2p', person.name, [app], [person])
  }

  findMessage(id: string): Message | undefined {
    return [...this.chats.values()].flatMap(({ messages }) => messages).find((message) => message.id === id)
  }

  add(chat: Chat, from: App | Person, fields: Partial<Message> & Pick<Message, 'type' | 'content'>): Message {
    const message: Message = {
      id: this.id('om'),
      chat,
      from,
      mentions: [],
      createdAt: this.now(),
      reactions: [],
      edits: 0,
      isDeleted: false,
      ...fields,
    }
    chat.messages.push(message)
    return message
  }

  revoke(app: App): void {
    app.isRevoked = true
    app.token = this.id('t')
    app.events.disconnect()
  }
}

export function isApp(from: App | Person): from is App {
  return 'secret' in from
}
