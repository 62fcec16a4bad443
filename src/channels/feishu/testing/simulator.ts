import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { WebSocketServer } from 'ws'
import { listenOnLoopback, stopServer } from '../../testing/loopback.ts'
import type { SimulatedPlatform } from '../../testing/simulated-platform.ts'
import { textOf } from '../../lenient-shape.ts'
import { cardCalls } from './card-calls.ts'
import { clientConfig } from './event-side.ts'
import { Faults, refusalBy, type Fault } from './faults.ts'
import { messageCalls } from './message-calls.ts'
import { otherCalls } from './other-calls.ts'
import { createPlatform } from './platform.ts'
import { Refusal, staleToken } from './refusal.ts'
import { FileAnswer, readBody, type Route } from './request.ts'
import { World, type App } from './world.ts'

/**
 * Feishu on loopback: the open APIs, the long connection and the people. `url` is what a bot's `api_root` is set to.
 */
export class FeishuSimulator extends World {
  readonly faults = new Faults()
  /** All calls, as `POST /open-apis/im/v1/messages`, oldest first. */
  readonly calls: string[] = []
  readonly platform: SimulatedPlatform
  url = ''
  readonly #server = createServer((request, response) => void this.#serve(request, response))
  readonly #sockets = new WebSocketServer({ noServer: true })

  constructor() {
    super()
    this.platform = createPlatform(this)
    this.#server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) =>
      this.#upgrade(request, socket, head),
    )
  }

  async listen(port: number): Promise<void> {
    this.url = await listenOnLoopback(this.#server, port)
  }

  async stop(): Promise<void> {
    for (const app of this.apps.values()) app.events.disconnect()
    await stopServer(this.#server)
  }

  /** Lets time pass: what is due is delivered again. */
  pass(ms: number): void {
    this.passed += ms
    for (const app of this.apps.values()) app.events.redeliverDue()
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://simulator')
    const call = `${request.method ?? 'GET'} ${url.pathname}`
    this.calls.push(call)
    const fault = this.faults.take(call)
    if (fault?.kind === 'drop_before') {
      response.destroy()
      return
    }
    const answer = await this.#answer(request, url, fault).catch((error: unknown) =>
      error instanceof Refusal ? error : new Refusal(1, `internal error: ${String(error)}`, 500),
    )
    if (fault?.kind === 'delay') await new Promise((resolve) => setTimeout(resolve, fault.ms).unref())
    if (fault?.kind === 'drop_after') response.destroy()
    else if (fault?.kind === 'page') response.writeHead(fault.status).end('<html>Bad Gateway</html>')
    else send(response, answer)
  }

  async #answer(request: IncomingMessage, url: URL, fault: Fault | undefined): Promise<unknown> {
    const body = await readBody(request)
    const refusal = refusalBy(fault)
    if (refusal !== undefined) throw refusal
    if (url.pathname === '/open-apis/auth/v3/tenant_access_token/internal') return this.#token(body.json)
    if (url.pathname === '/callback/ws/endpoint') return this.#endpoint(body.json)
    const app = this.#authorized(request)
    const method = request.method ?? 'GET'
    for (const route of routes) {
      const match = route.method === method ? route.path.exec(url.pathname) : null
      if (match === null) continue
      const ids = match.slice(1).map(decodeURIComponent)
      const shared = { world: this, app, method, path: url.pathname, query: url.searchParams, ids }
      const answer = await route.answer({ ...shared, ...body })
      // The oldest call of all has no envelope.
      return answer instanceof FileAnswer || 'bot' in answer ? answer : { data: answer }
    }
    throw new Refusal(99991201, 'path not found', 404)
  }

  #token(json: Readonly<Record<string, unknown>>): unknown {
    const app = this.apps.get(textOf(json['app_id']) ?? '')
    if (app === undefined) throw new Refusal(10003, 'invalid param', 200)
    if (app.isRevoked || app.secret !== json['app_secret'])
      throw new Refusal(10014, 'app secret invalid', 200)
    return { tenant_access_token: app.token, expire: 7200 }
  }

  #endpoint(json: Readonly<Record<string, unknown>>): unknown {
    const app = this.apps.get(textOf(json['AppID']) ?? '')
    if (app === undefined || app.isRevoked || app.secret !== json['AppSecret']) {
      throw new Refusal(514, 'app_id or app_secret is invalid', 200)
    }
    const query = new URLSearchParams({
      device_id: '7',
      access_key: app.id,
      service_id: '33554678',
      ticket: app.token,
    })
    const address = `${this.url.replace('http:', 'ws:')}/ws/v2?${query.toString()}`
    return { data: { URL: address, ClientConfig: clientConfig } }
  }

  #authorized(request: IncomingMessage): App {
    const token = request.headers.authorization?.replace(/^Bearer /, '')
    const app = [...this.apps.values()].find((one) => one.token === token && !one.isRevoked)
    if (app === undefined) throw staleToken()
    return app
  }

  #upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const url = new URL(request.url ?? '/', 'http://simulator')
    const app = this.apps.get(url.searchParams.get('access_key') ?? '')
    const refusal = app === undefined ? { status: 514, message: 'auth failed' } : app.events.refusals.shift()
    if (app === undefined || refusal !== undefined) {
      const { status, autherrcode, message } = { autherrcode: 0, ...refusal, ...{} }
      socket.end(
        `HTTP/1.1 403 Forbidden\r\nhandshake-status: ${status ?? 514}\r\nhandshake-msg: ${message ?? ''}\r\n` +
          `handshake-autherrcode: ${autherrcode}\r\nconnection: close\r\n\r\n`,
      )
      return
    }
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => app.events.connect(webSocket))
  }
}

const routes: readonly Route[] = [...messageCalls, ...cardCalls, ...otherCalls]

function send(response: ServerResponse, answer: unknown): void {
  if (response.destroyed) return
  if (answer instanceof FileAnswer) {
    response.writeHead(200, {
      'content-type': answer.mediaType || 'application/octet-stream',
      'content-disposition': `attachment; filename="${encodeURIComponent(answer.name)}"`,
    })
    response.end(answer.bytes)
    return
  }
  const isRefusal = answer instanceof Refusal
  const body = isRefusal
    ? { code: answer.code, msg: answer.message }
    : { code: 0, msg: 'success', ...(answer as object) }
  const headers = { 'content-type': 'application/json; charset=utf-8', ...(isRefusal ? answer.headers : {}) }
  response.writeHead(isRefusal ? answer.status : 200, headers).end(JSON.stringify(body))
}

/** Starts the simulator on loopback. */
export async function startFeishuSimulator({ port = 0 }: { port?: number } = {}): Promise<FeishuSimulator> {
  const simulator = new FeishuSimulator()
  await simulator.listen(port)
  return simulator
}
