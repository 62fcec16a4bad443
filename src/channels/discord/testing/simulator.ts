import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { WebSocketServer } from 'ws'
import { listenOnLoopback, stopServer } from '../../testing/loopback.ts'
import type { SimulatedPlatform } from '../../testing/simulated-platform.ts'
import { readBody } from './body.ts'
import { delayBy, Faults, type Fault } from './faults.ts'
import { Gateway } from './gateway.ts'
import { createPlatform } from './platform.ts'
import { Refusal, refusals } from './refusal.ts'
import { answerCall, nothing } from './routes.ts'
import { DiscordWorld, type Application, type Channel, type Message, type User } from './world.ts'

export interface RecordedCall {
  /** `METHOD /path`, without the version. */
  call: string
  fields: Record<string, unknown>
  status: number
}

/**
 * Discord on loopback: the REST API, the gateway and the files, which the SDK cannot tell from the real ones, and
 * the accounts that write to its bots. `url` is what a bot's `api_root` is set to.
 */
export class DiscordSimulator {
  readonly world: DiscordWorld
  readonly gateway: Gateway
  readonly faults = new Faults()
  readonly calls: RecordedCall[] = []
  readonly interactions = new Map<string, { token: string; answer?: Record<string, unknown> }>()
  /** What made phones ring: users by id, `@everyone`. */
  readonly rung: string[] = []
  /** Paths of files whose signed addresses have ended. */
  readonly expired = new Set<string>()
  sessionsLeft = 1000
  /** The gateway is out of reach. */
  refusesSockets = false
  url = ''
  readonly platform: SimulatedPlatform
  readonly #server: Server
  readonly #sockets = new WebSocketServer({ noServer: true })

  constructor(now: () => number) {
    this.world = new DiscordWorld(now)
    this.gateway = new Gateway(this.world)
    this.#server = createServer((request, response) => void this.#serve(request, response))
    this.#server.on('upgrade', (request, socket, head) => {
      if (this.refusesSockets) {
        socket.destroy()
        return
      }
      this.#sockets.handleUpgrade(request, socket, head, (opened) => this.gateway.accept(opened, request))
    })
    this.platform = createPlatform(this)
  }

  async listen(port: number): Promise<void> {
    this.url = await listenOnLoopback(this.#server, port)
    this.gateway.url = this.url.replace('http:', 'ws:')
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate()
    await stopServer(this.#server)
  }

  /** What became of a message goes to the bots that see its channel, with the kind of channel it is in. */
  tell(
    type: 'MESSAGE_CREATE' | 'MESSAGE_UPDATE',
    channel: Channel,
    message: Message & { embeds?: unknown[] },
  ): void {
    const data = { ...message, channel_type: channel.type }
    const to = (application: Application) => this.world.canSee(application, channel)
    this.gateway.dispatch(type, data, { to, isPrivate: channel.type === 1 })
  }

  /** Somebody writes. A bot that is not in the chat does not hear it. */
  write(channel: Channel, author: User, content: string, fields: Partial<Message> = {}): Message {
    const message = this.world.addMessage(channel, author, { content, ...fields })
    this.tell('MESSAGE_CREATE', channel, message)
    return message
  }

  edit(channel: Channel, message: Message, content: string): void {
    message.content = content
    message.edited_timestamp = new Date(this.world.now()).toISOString()
    this.tell('MESSAGE_UPDATE', channel, message)
  }

  /** A thread on a message has the message's id. */
  openThread(parent: Channel, name: string, owner: User, on?: Message): Channel {
    return this.world.addChannel({
      type: 11,
      name,
      parent_id: parent.id,
      owner_id: owner.id,
      ...(on !== undefined && { id: on.id }),
      ...(parent.guild_id !== undefined && { guild_id: parent.guild_id }),
    })
  }

  /** A slash command, or a button of a message. Returns the interaction's id. */
  interact(
    application: Application,
    channel: Channel,
    user: User,
    data: Record<string, unknown>,
    message?: Message,
  ): string {
    const id = this.world.newId()
    const token = `interaction-${id}`
    this.interactions.set(id, { token })
    const { guild_id } = channel
    const event = {
      id,
      application_id: application.id,
      type: message === undefined ? 2 : 3,
      token,
      version: 1,
      data,
      channel_id: channel.id,
      channel: { id: channel.id, type: channel.type, parent_id: channel.parent_id },
      context: guild_id === undefined ? 1 : 0,
      ...(guild_id === undefined ? { user } : { guild_id, member: { user, nick: null } }),
      ...(message !== undefined && { message }),
    }
    this.gateway.dispatch('INTERACTION_CREATE', event, { to: (one) => one === application })
    return id
  }

  /** Lets phones ring as the sender allows: everything that is named, unless `allowed_mentions` says less. */
  ring(message: Message, allowed: unknown): void {
    const { parse = ['users', 'roles', 'everyone'] } = (allowed ?? {}) as { parse?: string[] }
    if (parse.includes('users')) this.rung.push(...message.mentions.map(({ id }) => id))
    if (parse.includes('everyone') && /@(everyone|here)/.test(message.content)) this.rung.push('@everyone')
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://simulator')
    if (pathname.startsWith('/attachments/')) {
      this.#serveFile(pathname, response)
      return
    }
    const call = `${request.method ?? 'GET'} ${pathname.replace(/^\/api\/v10/, '').replaceAll('%40', '@')}`
    const fault = this.faults.take(call)
    if (fault?.kind === 'drop_before') {
      response.destroy()
      return
    }
    await delayBy(fault)
    const { status, body, headers = {} } = await this.#answer(request, call, fault)
    if (fault?.kind === 'drop_after') {
      response.destroy()
      return
    }
    if (fault?.kind === 'page')
      response.writeHead(fault.status, { 'content-type': 'text/html' }).end('<html>')
    else if (body === nothing) response.writeHead(204, limits).end()
    else
      response
        .writeHead(status, { ...limits, ...headers, 'content-type': 'application/json' })
        .end(JSON.stringify(body))
  }

  async #answer(
    request: IncomingMessage,
    call: string,
    fault: Fault | undefined,
  ): Promise<{ status: number; body: unknown; headers?: Record<string, string> }> {
    const body = await readBody(request)
    const record = (status: number) => this.calls.push({ call, fields: body.fields, status })
    try {
      if (fault?.kind === 'rate_limit') throw refusals.tooMany(fault.retryAfter)
      if (fault?.kind === 'refuse')
        throw new Refusal(fault.status, { message: fault.message, code: fault.code })
      const answer = answerCall(this, request.headers.authorization, call, body)
      record(200)
      return { status: 200, body: answer }
    } catch (error) {
      if (!(error instanceof Refusal)) return { status: 500, body: { message: String(error), code: 0 } }
      record(error.status)
      return { status: error.status, body: error.body, headers: error.headers }
    }
  }

  #serveFile(path: string, response: ServerResponse): void {
    const file = this.world.files.get(path)
    if (file === undefined || this.expired.has(path))
      response.writeHead(404).end('This content is no longer available.')
    else response.writeHead(200, { 'content-type': file.mediaType }).end(file.bytes)
  }
}

const limits = {
  'x-ratelimit-limit': '50',
  'x-ratelimit-remaining': '49',
  'x-ratelimit-reset-after': '1.000',
}

/** Starts the simulator on loopback; port 0 takes a free one. */
export async function startDiscordSimulator(
  options: { port?: number; now?: () => number } = {},
): Promise<DiscordSimulator> {
  const simulator = new DiscordSimulator(options.now ?? Date.now)
  await simulator.listen(options.port ?? 0)
  return simulator
}
