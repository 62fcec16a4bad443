import { randomUUID } from 'node:crypto'
import type { WebSocket } from 'ws'

export interface Delivery {
  type: 'events_api' | 'interactive' | 'slash_commands'
  payload: unknown
  attempt: number
}

/** A socket that a program holds open. */
export interface Line {
  socket: WebSocket
  number: number
  /** By envelope id. */
  unconfirmed: Map<string, Delivery>
  /** It was told to go. */
  isLeaving: boolean
  /** Nothing gets through any more, and nobody has said so. */
  isSilent: boolean
}

/** What happened to the sockets of an app, in order, for tests. */
export type SocketEvent =
  | { kind: 'opened' | 'told_to_go' | 'closed'; line: number }
  | { kind: 'delivered' | 'confirmed'; line: number; delivery: Delivery }

const pingMs = 5_000
/** How long after `disconnect` a socket is closed. */
const leaveMs = 10_000

/**
 * The Socket Mode side of one app: any of its sockets gets an event, and what is unconfirmed when a socket closes
 * comes again on another. Buttons and commands do not: a person sees that they failed.
 */
export class AppSockets {
  readonly lines = new Set<Line>()
  readonly events: SocketEvent[] = []
  /** The next socket is told to go for this reason, and nothing else. */
  refusal: string | undefined
  /** Waits for a socket. */
  queue: Delivery[] = []
  #count = 0
  #turn = 0
  #holding = 0
  #last: Delivery | undefined
  #listeners: (() => void)[] = []

  add(socket: WebSocket, appId: string): void {
    if (this.refusal !== undefined) {
      socket.send(JSON.stringify({ type: 'disconnect', reason: this.refusal }))
      this.refusal = undefined
      socket.close(1000)
      return
    }
    this.#count += 1
    const line: Line = {
      socket,
      number: this.#count,
      unconfirmed: new Map(),
      isLeaving: false,
      isSilent: false,
    }
    const ping = setInterval(() => !line.isSilent && socket.ping(), pingMs)
    socket.on('message', (data: Buffer) => this.#read(line, data.toString()))
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearInterval(ping)
      this.#remove(line)
    })
    this.lines.add(line)
    socket.send(
      JSON.stringify({
        type: 'hello',
        num_connections: this.lines.size,
        connection_info: { app_id: appId },
        debug_info: { host: 'applink-1', approximate_connection_time: 18060 },
      }),
    )
    this.#note({ kind: 'opened', line: line.number })
    this.#flush()
  }

  deliver(type: Delivery['type'], payload: unknown): void {
    this.#last = { type, payload, attempt: 0 }
    this.queue.push(this.#last)
    if (this.#holding > 0) {
      this.#holding -= 1
      if (this.#holding > 0) return
      this.queue.reverse()
    }
    this.#flush()
  }

  /** The last one comes a second time, as if its confirmation was late. */
  repeat(): void {
    if (this.#last === undefined) return
    this.queue.push({ ...this.#last, attempt: this.#last.attempt + 1 })
    this.#flush()
  }

  /** The next two change places. */
  reorder(): void {
    this.#holding = 2
  }

  /** What is unconfirmed comes again now. */
  redeliver(): void {
    for (const line of this.lines) this.#takeBack(line)
    this.#flush()
  }

  /** Tells every socket to go; they are closed a little later, or by `closeLeaving`. */
  recycle(reason = 'refresh_requested'): void {
    for (const line of this.lines) {
      if (line.isLeaving) continue
      line.isLeaving = true
      line.socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'applink-1' } }))
      this.#note({ kind: 'told_to_go', line: line.number })
      setTimeout(() => line.socket.close(1000), leaveMs).unref()
    }
  }

  closeLeaving(): void {
    for (const line of this.lines) if (line.isLeaving) line.socket.close(1000)
  }

  /** The connections break. */
  break(): void {
    for (const { socket } of this.lines) socket.terminate()
  }

  /** The connections stay open, and nothing comes through them any more. */
  silence(): void {
    for (const line of this.lines) line.isSilent = true
  }

  /** A frame of any kind on every socket. */
  sendRaw(frame: string): void {
    for (const { socket } of this.lines) socket.send(frame)
  }

  /** Resolves as soon as the condition holds. */
  async until(holds: (sockets: AppSockets) => boolean): Promise<void> {
    while (!holds(this)) await new Promise<void>((resolve) => this.#listeners.push(resolve))
  }

  #flush(): void {
    const lines = [...this.lines].filter(({ socket }) => socket.readyState === socket.OPEN)
    if (lines.length === 0) return
    for (const delivery of this.queue.splice(0)) {
      this.#turn += 1
      const line = lines[this.#turn % lines.length]
      if (line !== undefined) this.#send(line, delivery)
    }
  }

  #send(line: Line, delivery: Delivery): void {
    const id = randomUUID()
    line.unconfirmed.set(id, delivery)
    if (!line.isSilent) {
      line.socket.send(
        JSON.stringify({
          envelope_id: id,
          type: delivery.type,
          accepts_response_payload: delivery.type !== 'events_api',
          ...(delivery.attempt === 0 ? {} : { retry_attempt: delivery.attempt, retry_reason: 'timeout' }),
          payload: delivery.payload,
        }),
      )
    }
    this.#note({ kind: 'delivered', line: line.number, delivery })
  }

  #read(line: Line, text: string): void {
    const { envelope_id: id } = JSON.parse(text) as { envelope_id: string }
    const delivery = line.unconfirmed.get(id)
    if (delivery === undefined) return
    line.unconfirmed.delete(id)
    this.#note({ kind: 'confirmed', line: line.number, delivery })
  }

  #remove(line: Line): void {
    this.lines.delete(line)
    this.#takeBack(line)
    this.#note({ kind: 'closed', line: line.number })
    this.#flush()
  }

  #takeBack(line: Line): void {
    const again = [...line.unconfirmed.values()]
      .filter(({ type }) => type === 'events_api')
      .map((delivery) => ({ ...delivery, attempt: delivery.attempt + 1 }))
    line.unconfirmed.clear()
    this.queue.unshift(...again)
  }

  #note(event: SocketEvent): void {
    this.events.push(event)
    const listeners = this.#listeners
    this.#listeners = []
    for (const listener of listeners) listener()
  }
}
