import { randomUUID } from 'node:crypto'
import type { WebSocket } from 'ws'
import type { Faults } from '../../testing/connection-faults.ts'

interface Connection {
  socket: WebSocket
  /** Was told to leave: nothing is delivered there any more. */
  isLeaving: boolean
  /** Open, and dead. */
  isSilent: boolean
}

interface Frame {
  type: 'SYSTEM' | 'EVENT' | 'CALLBACK'
  topic: string
  data: string
}

/** The platform's side of a robot's stream. */
export class StreamSide {
  readonly connections = new Set<Connection>()
  /** Callbacks that were not acknowledged, by message id. */
  readonly unacknowledged = new Map<string, Frame>()
  readonly acknowledged: string[] = []
  /** What the robot answered to pings. */
  readonly echoes: unknown[] = []
  readonly #appId: string
  readonly #faults: Faults
  #held: object | undefined
  #last: Frame | undefined

  constructor(appId: string, faults: Faults) {
    this.#appId = appId
    this.#faults = faults
  }

  get isConnected(): boolean {
    return [...this.connections].some(({ isLeaving }) => !isLeaving)
  }

  connect(socket: WebSocket): void {
    const connection: Connection = { socket, isLeaving: false, isSilent: false }
    this.connections.add(connection)
    socket.on('error', () => socket.terminate())
    socket.on('close', () => this.connections.delete(connection))
    socket.on('ping', (data) => {
      if (!connection.isSilent) socket.pong(data)
    })
    socket.on('message', (data: Buffer) => {
      if (!connection.isSilent) this.#read(data.toString())
    })
    this.#send(connection, randomUUID(), { type: 'SYSTEM', topic: 'CONNECTED', data: '{}' })
    this.#send(connection, randomUUID(), { type: 'SYSTEM', topic: 'REGISTERED', data: '{}' })
  }

  /** What is delivered while nobody is connected is lost, as on the real platform. */
  deliver(data: object): void {
    if (this.#faults.isReordering && this.#held === undefined) {
      this.#held = data
      return
    }
    this.#callback(JSON.stringify(data))
    const held = this.#held
    this.#held = undefined
    this.#faults.isReordering = false
    if (held !== undefined) this.#callback(JSON.stringify(held))
  }

  /** Whatever a faulty server might send. */
  deliverRaw(text: string): void {
    for (const { socket } of this.connections) socket.send(text)
  }

  deliverData(data: string): void {
    this.#callback(data)
  }

  repeatLast(): void {
    if (this.#last !== undefined) this.#deliver(randomUUID(), this.#last)
  }

  redeliver(): void {
    for (const [id, frame] of this.unacknowledged) this.#deliver(id, frame)
  }

  ping(opaque: string): void {
    const data = JSON.stringify({ opaque })
    for (const connection of this.connections) {
      this.#send(connection, randomUUID(), { type: 'SYSTEM', topic: 'ping', data })
    }
  }

  /** The platform wants to move its connections elsewhere and delivers nothing more to them. */
  recycle(): void {
    for (const connection of this.connections) {
      this.#send(connection, randomUUID(), {
        type: 'SYSTEM',
        topic: 'disconnect',
        data: '{"reason":"persistent"}',
      })
      connection.isLeaving = true
    }
  }

  disconnect(): void {
    for (const { socket } of this.connections) socket.terminate()
  }

  silence(): void {
    for (const connection of this.connections) connection.isSilent = true
  }

  #callback(data: string): void {
    this.#last = { type: 'CALLBACK', topic: '/v1.0/im/bot/messages/get', data }
    this.#deliver(randomUUID(), this.#last)
  }

  #deliver(id: string, frame: Frame): void {
    const connection = [...this.connections].findLast(({ isLeaving }) => !isLeaving)
    if (connection === undefined) return
    this.unacknowledged.set(id, frame)
    this.#send(connection, id, frame)
  }

  #send({ socket, isSilent }: Connection, messageId: string, { type, topic, data }: Frame): void {
    if (isSilent) return
    const headers = {
      appId: this.#appId,
      connectionId: 'c1',
      contentType: 'application/json',
      messageId,
      topic,
    }
    socket.send(
      JSON.stringify({ specVersion: '1.0', type, headers: { ...headers, time: String(Date.now()) }, data }),
    )
  }

  #read(text: string): void {
    const { code, headers, data } = JSON.parse(text) as {
      code: number
      headers: { messageId: string }
      data: string
    }
    if (code !== 200) return
    if (this.unacknowledged.delete(headers.messageId)) this.acknowledged.push(headers.messageId)
    else this.echoes.push(JSON.parse(data))
  }
}
