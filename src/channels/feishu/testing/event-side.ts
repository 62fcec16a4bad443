import { EventEmitter, once } from 'node:events'
import type { WebSocket } from 'ws'
import { controlMethod, dataMethod, decodeFrame, encodeFrame, headerOf, type Frame } from '../frame.ts'

/** An event on its way to the app. */
export interface Delivery {
  readonly id: string
  readonly payload: string
  /** Codes that it was answered with, oldest first. */
  readonly answers: number[]
  state: 'waiting' | 'sent' | 'confirmed' | 'given_up'
  tries: number
  /** When it is delivered again. */
  dueAt: number
}

/** How long after a failed delivery the next one comes. */
export const scheduleMs = [15_000, 5 * 60_000, 60 * 60_000, 6 * 60 * 60_000]
/** The app must answer by then. */
const answerMs = 3_000

/** The long connection of one app, from the platform's side. */
export class EventSide {
  readonly deliveries: Delivery[] = []
  /** What was not confirmed comes again as soon as the app connects; else only when its time has come. */
  redeliversOnConnect = true
  /** Events longer than this are cut into pieces. */
  pieceBytes = 100_000
  /** The next handshakes are refused with these codes. */
  readonly refusals: { status: number; autherrcode?: number; message: string }[] = []
  pings = 0
  readonly #now: () => number
  readonly #sockets = new Set<WebSocket>()
  readonly #deaf = new WeakSet<WebSocket>()
  readonly #changes = new EventEmitter().setMaxListeners(0)
  #held: string[] = []
  #holds = 0

  constructor(now: () => number) {
    this.#now = now
  }

  get connections(): number {
    return this.#sockets.size
  }

  connect(socket: WebSocket): void {
    this.#sockets.add(socket)
    this.#changes.emit('change')
    socket.on('message', (data: Buffer) => this.#read(socket, decodeFrame(data)))
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.#sockets.delete(socket)
      this.#changes.emit('change')
      for (const delivery of this.deliveries) if (delivery.state === 'sent') this.#fail(delivery)
      if (this.redeliversOnConnect && this.#sockets.size > 0) this.redeliver()
    })
    if (this.redeliversOnConnect) this.redeliver()
  }

  disconnect(): void {
    for (const socket of this.#sockets) socket.terminate()
  }

  /** On the lines of now nothing is answered and nothing is sent any more, and they stay open. */
  goDeaf(): void {
    for (const socket of this.#sockets) this.#deaf.add(socket)
  }

  /** Sends an event, or lets it wait for a connection. */
  deliver(id: string, event: unknown): Delivery {
    const payload = typeof event === 'string' ? event : JSON.stringify(event)
    const delivery: Delivery = { id, payload, answers: [], state: 'waiting', tries: 0, dueAt: this.#now() }
    this.deliveries.push(delivery)
    if (this.#holds > 0) this.#hold(id)
    else this.#send(delivery)
    return delivery
  }

  /** The next two events change places. */
  reorder(): void {
    this.#holds = 2
  }

  duplicate(): void {
    const last = this.deliveries.findLast(({ id }) => !id.startsWith('malformed'))
    if (last !== undefined) this.#send(last)
  }

  /** Delivers again what was not confirmed, whether its time has come or not. */
  redeliver(): void {
    for (const delivery of this.deliveries) if (delivery.state === 'waiting') this.#send(delivery)
  }

  /** Delivers what is due, as time has passed. */
  redeliverDue(): void {
    for (const delivery of this.deliveries) {
      if (delivery.state === 'sent' && this.#now() - delivery.dueAt > answerMs) this.#fail(delivery)
      if (delivery.state === 'waiting' && delivery.dueAt <= this.#now()) this.#send(delivery)
    }
  }

  sendRaw(bytes: Uint8Array): void {
    for (const socket of this.#sockets) socket.send(bytes)
  }

  async until(holds: (side: this) => boolean): Promise<void> {
    while (!holds(this)) await once(this.#changes, 'change')
  }

  #hold(id: string): void {
    this.#held.push(id)
    this.#holds -= 1
    if (this.#holds > 0) return
    const held = this.#held.toReversed()
    this.#held = []
    for (const one of held) this.#send(this.deliveries.find((delivery) => delivery.id === one)!)
  }

  /** Each event goes to one of the connections. */
  #send(delivery: Delivery): void {
    const socket = [...this.#sockets].find((one) => one.readyState === one.OPEN && !this.#deaf.has(one))
    if (socket === undefined) {
      this.#fail(delivery)
      return
    }
    delivery.tries += 1
    delivery.state = 'sent'
    delivery.dueAt = this.#now()
    const whole = Buffer.from(delivery.payload)
    const sum = Math.max(1, Math.ceil(whole.length / this.pieceBytes))
    for (let seq = 0; seq < sum; seq += 1) {
      const payload = whole.subarray(seq * this.pieceBytes, (seq + 1) * this.pieceBytes)
      socket.send(encodeFrame(eventFrame(delivery.id, { sum, seq, payload })))
    }
  }

  #fail(delivery: Delivery): void {
    const wait = scheduleMs[Math.max(0, delivery.tries - 1)]
    delivery.state = wait === undefined ? 'given_up' : 'waiting'
    delivery.dueAt = this.#now() + (wait ?? 0)
    this.#changes.emit('change')
  }

  #read(socket: WebSocket, frame: Frame): void {
    if (this.#deaf.has(socket)) return
    if (frame.method === controlMethod) {
      if (headerOf(frame, 'type') !== 'ping') return
      this.pings += 1
      const payload = Buffer.from(JSON.stringify(clientConfig))
      socket.send(encodeFrame({ ...frame, headers: [{ key: 'type', value: 'pong' }], payload }))
      return
    }
    const id = headerOf(frame, 'message_id')
    const delivery = this.deliveries.find((one) => one.id === id)
    if (delivery === undefined) return
    const answer = JSON.parse(Buffer.from(frame.payload).toString()) as { code: number }
    delivery.answers.push(answer.code)
    if (answer.code === 200) delivery.state = 'confirmed'
    else if (delivery.state !== 'confirmed') this.#fail(delivery)
    this.#changes.emit('change')
  }
}

/** Seconds. */
export const clientConfig = {
  PingInterval: 120,
  ReconnectCount: -1,
  ReconnectInterval: 0.05,
  ReconnectNonce: 0,
}

function eventFrame(id: string, piece: { sum: number; seq: number; payload: Uint8Array }): Frame {
  return {
    seqId: 1n,
    logId: 2n ** 63n + 5n,
    service: 33554678,
    method: dataMethod,
    headers: [
      { key: 'type', value: 'event' },
      { key: 'message_id', value: id },
      { key: 'sum', value: String(piece.sum) },
      { key: 'seq', value: String(piece.seq) },
      { key: 'trace_id', value: `trace-${id}` },
    ],
    payload: piece.payload,
    payloadType: 'json',
    logIdNew: `log-${id}`,
  }
}
