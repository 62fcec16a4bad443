import { randomBytes } from 'node:crypto'
import type { WebSocket } from 'ws'
import type { SimulatedPerson } from '../../testing/simulated-platform.ts'
import { Faults } from '../../testing/connection-faults.ts'
import type { Room } from './room.ts'

/** A callback that can be answered. */
interface Callback {
  room: Room
  kind: 'message' | 'welcome'
  isExpired: boolean
}

export interface Upload {
  type: string
  filename: string
  totalChunks: number
  md5: string
  chunks: Map<number, Buffer>
}

/** An AI bot, as the platform knows it. */
export class BotAccount {
  readonly name: string
  readonly botId = `aib${randomBytes(12).toString('base64url')}`
  readonly secret = randomBytes(24).toString('base64url')
  readonly faults = new Faults()
  readonly rooms = new Map<string, Room>()
  readonly callbacks = new Map<string, Callback>()
  readonly uploads = new Map<string, Upload>()
  readonly media = new Map<string, Upload>()
  readonly files = new Map<string, Buffer>()
  /** The one connection that may speak and is spoken to. */
  connection: WebSocket | undefined
  /** Open, and dead. */
  isSilent = false
  connections = 0
  readonly #url: () => string
  #held: object | undefined
  #last: object | undefined

  constructor(name: string, url: () => string) {
    this.name = name
    this.#url = url
  }

  /** A new connection takes the bot over; the old one is told so and closed. */
  take(socket: WebSocket): void {
    const old = this.connection
    this.connection = socket
    this.connections += 1
    this.isSilent = false
    const event = { eventtype: 'disconnected_event' }
    if (old === undefined || old === socket) return
    this.#post(old, callback('aibot_event_callback', newId(), { msgid: newId(), msgtype: 'event', event }))
    old.close()
  }

  tell(room: Room, person: SimulatedPerson, content: object): void {
    this.#call('aibot_msg_callback', room, 'message', { ...this.#head(room, person), ...content })
  }

  tellEvent(
    room: Room,
    person: SimulatedPerson,
    event: { eventtype: string; template_card_event?: object },
  ): void {
    const kind = event.eventtype === 'enter_chat' ? 'welcome' : 'message'
    const body = { ...this.#head(room, person), msgtype: 'event', event }
    this.#call('aibot_event_callback', room, kind, body)
  }

  /** Whatever a faulty server might send. */
  deliverRaw(text: string): void {
    this.connection?.send(text)
  }

  repeatLast(): void {
    if (this.#last !== undefined) this.#post(this.connection, this.#last)
  }

  expireWindows(): void {
    for (const one of this.callbacks.values()) one.isExpired = true
  }

  /** A callback of this room that can be answered, as if the person had written before. */
  invite(room: Room): string {
    const reqId = newId()
    this.callbacks.set(reqId, { room, kind: 'message', isExpired: false })
    return reqId
  }

  /** Where an encrypted file can be fetched. */
  offer(bytes: Buffer): string {
    const name = newId()
    this.files.set(name, bytes)
    return `${this.#url()}/files/${name}`
  }

  chat(chatId: string): Room | undefined {
    return [...this.rooms.values()].find((room) => room.chatId === chatId)
  }

  #head(room: Room, person: SimulatedPerson): object {
    return {
      msgid: newId(),
      create_time: Math.floor(Date.now() / 1000),
      aibotid: this.botId,
      ...(room.kind === 'group' ? { chatid: room.chatId } : {}),
      chattype: room.kind === 'group' ? 'group' : 'single',
      from: { userid: person.id },
    }
  }

  #call(cmd: string, room: Room, kind: Callback['kind'], body: object): void {
    const reqId = newId()
    this.callbacks.set(reqId, { room, kind, isExpired: false })
    const frame = callback(cmd, reqId, body)
    if (this.faults.isReordering && this.#held === undefined) {
      this.#held = frame
      return
    }
    this.#last = frame
    this.#post(this.connection, frame)
    if (this.#held !== undefined) this.#post(this.connection, this.#held)
    this.#held = undefined
    this.faults.isReordering = false
  }

  /** What is said while nobody is connected is lost, as on the real platform. */
  #post(socket: WebSocket | undefined, frame: object): void {
    if (!this.isSilent) socket?.send(JSON.stringify(frame))
  }
}

function callback(cmd: string, reqId: string, body: object): object {
  return { cmd, headers: { req_id: reqId }, body }
}

export function newId(): string {
  return randomBytes(12).toString('base64url')
}
