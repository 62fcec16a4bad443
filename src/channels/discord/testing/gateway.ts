import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { WebSocket } from 'ws'
import type { Application, DiscordWorld } from './world.ts'

interface Session {
  id: string
  application: Application
  intents: number
  seq: number
  /** All events of the session, for a RESUME. */
  sent: { op: 0; t: string; s: number; d: unknown }[]
  socket: WebSocket | undefined
}

const intentOf: Record<string, (isPrivate: boolean) => number> = {
  GUILD_CREATE: () => 1 << 0,
  MESSAGE_CREATE: (isPrivate) => (isPrivate ? 1 << 12 : 1 << 9),
  MESSAGE_UPDATE: (isPrivate) => (isPrivate ? 1 << 12 : 1 << 9),
}
const messageContent = 1 << 15

/** The gateway of all bots: https://docs.discord.com/developers/topics/gateway */
export class Gateway {
  readonly sessions = new Map<string, Session>()
  heartbeatIntervalMs = 41_250
  /** Sockets that no longer answer. */
  readonly silent = new WeakSet<WebSocket>()
  identifies = 0
  resumes = 0
  /** Sequences that heartbeats named. */
  readonly heartbeats: unknown[] = []
  /** Paths that sockets were opened at. */
  readonly paths: string[] = []
  /** Answers the next RESUME with this instead, such as an invalid session. */
  nextResume: 'invalid' | 'unanswered' | undefined
  url = ''
  readonly #world: DiscordWorld

  constructor(world: DiscordWorld) {
    this.#world = world
  }

  accept(socket: WebSocket, request: IncomingMessage): void {
    const url = new URL(request.url ?? '/', 'ws://simulator')
    this.paths.push(url.pathname)
    if (url.searchParams.get('v') !== '10' || url.searchParams.get('encoding') !== 'json') {
      socket.close(4012)
      return
    }
    socket.on('error', () => undefined)
    socket.on('message', (data: Buffer) => this.#read(socket, data.toString()))
    socket.on('close', (code) => this.#closed(socket, code))
    send(socket, { op: 10, d: { heartbeat_interval: this.heartbeatIntervalMs } })
  }

  /** Tells all sessions of the bots that may see it, also those that are away. */
  dispatch(
    type: string,
    data: unknown,
    options: { to: (application: Application) => boolean; isPrivate?: boolean },
  ): void {
    for (const session of this.sessions.values()) {
      const intent = intentOf[type]?.(options.isPrivate === true) ?? 0
      if ((session.intents & intent) !== intent || !options.to(session.application)) continue
      this.#emit(session, type, data)
    }
  }

  /** Sends again what was sent last. */
  duplicate(application: Application): void {
    const session = this.#liveOf(application)
    const last = session?.sent.findLast(({ t }) => t === 'MESSAGE_CREATE')
    if (session !== undefined && last !== undefined) this.#emit(session, last.t, last.d)
  }

  liveSockets(application: Application): WebSocket[] {
    const sessions = [...this.sessions.values()].filter((session) => session.application === application)
    return sessions.flatMap(({ socket }) => socket ?? [])
  }

  /** Sends a frame as it is. */
  raw(application: Application, frame: string): void {
    for (const socket of this.liveSockets(application)) socket.send(frame)
  }

  #liveOf(application: Application): Session | undefined {
    return [...this.sessions.values()].findLast((session) => session.application === application)
  }

  #emit(session: Session, type: string, data: unknown): void {
    session.seq += 1
    // What was said stays as it was said, whatever becomes of the message.
    const frame = { op: 0, t: type, s: session.seq, d: JSON.parse(JSON.stringify(data)) as unknown } as const
    session.sent.push(frame)
    if (session.socket !== undefined && !this.silent.has(session.socket)) send(session.socket, frame)
  }

  #read(socket: WebSocket, text: string): void {
    if (this.silent.has(socket)) return
    let frame: { op?: unknown; d?: unknown }
    try {
      frame = JSON.parse(text) as typeof frame
    } catch {
      socket.close(4002)
      return
    }
    const isKnown = [...this.sessions.values()].some((session) => session.socket === socket)
    if (frame.op === 1) {
      this.heartbeats.push(frame.d)
      send(socket, { op: 11 })
    } else if (frame.op === 2 || frame.op === 6) {
      if (isKnown) socket.close(4005)
      else if (frame.op === 2) this.#identify(socket, frame.d)
      else this.#resume(socket, frame.d)
    } else {
      socket.close(isKnown ? 4001 : 4003)
    }
  }

  #identify(socket: WebSocket, d: unknown): void {
    const { token, intents, properties } = (d ?? {}) as Record<string, unknown>
    const application = this.#world.applications.get(String(token))
    this.identifies += 1
    if (application === undefined) {
      socket.close(4004)
      return
    }
    if (typeof intents !== 'number' || typeof properties !== 'object') {
      socket.close(4002)
      return
    }
    if ((intents & messageContent) !== 0 && !application.messageContent) {
      socket.close(4014)
      return
    }
    const session: Session = {
      id: randomBytes(16).toString('hex'),
      application,
      intents,
      seq: 0,
      sent: [],
      socket,
    }
    this.sessions.set(session.id, session)
    const guilds = [...this.#world.guilds.values()].filter(({ bots }) => bots.has(application.id))
    this.#emit(session, 'READY', {
      v: 10,
      user: application.user,
      guilds: guilds.map(({ id }) => ({ id, unavailable: true })),
      session_id: session.id,
      resume_gateway_url: `${this.url}/resume`,
      application: { id: application.id, flags: 1 << 19 },
    })
    for (const guild of guilds)
      this.dispatch('GUILD_CREATE', this.#guild(guild.id), { to: (one) => one === application })
  }

  #guild(id: string): unknown {
    const channels = [...this.#world.channels.values()].filter(({ guild_id }) => guild_id === id)
    const view = ({ id: channelId, type, name, parent_id }: (typeof channels)[number]) => ({
      id: channelId,
      type,
      name,
      parent_id,
    })
    return {
      id,
      name: this.#world.guilds.get(id)?.name,
      channels: channels.filter(({ type }) => type === 0).map(view),
      threads: channels.filter(({ type }) => type === 11).map(view),
    }
  }

  #resume(socket: WebSocket, d: unknown): void {
    const { token, session_id, seq } = (d ?? {}) as Record<string, unknown>
    const answer = this.nextResume
    this.nextResume = undefined
    if (answer === 'unanswered') return
    if (!this.#world.applications.has(String(token))) {
      socket.close(4004)
      return
    }
    const session = this.sessions.get(String(session_id))
    if (session === undefined || session.application.token !== token || answer === 'invalid') {
      this.sessions.delete(String(session_id))
      send(socket, { op: 9, d: false })
      return
    }
    if (typeof seq !== 'number' || seq > session.seq) {
      socket.close(4007)
      return
    }
    this.resumes += 1
    session.socket?.terminate()
    session.socket = socket
    for (const frame of session.sent.filter(({ s }) => s > seq)) send(socket, frame)
    this.#emit(session, 'RESUMED', { _trace: [] })
  }

  /** A client that closes with 1000 or 1001 gives its session up. */
  #closed(socket: WebSocket, code: number): void {
    for (const session of this.sessions.values()) {
      if (session.socket !== socket) continue
      session.socket = undefined
      if (code === 1000 || code === 1001) this.sessions.delete(session.id)
    }
  }
}

function send(socket: WebSocket, frame: object): void {
  if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(frame))
}
