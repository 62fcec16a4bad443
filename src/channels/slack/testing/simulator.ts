import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { WebSocketServer } from 'ws'
import { listenOnLoopback, stopServer } from '../../testing/loopback.ts'
import type { SimulatedPlatform } from '../../testing/simulated-platform.ts'
import { Faults, type CallFault } from './faults.ts'
import { receiveUpload, serveFile } from './file-server.ts'
import { botMethods, openMethods } from './methods.ts'
import { readParameters, type Parameters } from './parameters.ts'
import { SlackPeople } from './people.ts'
import { Refusal } from './refusal.ts'
import { asPlatform } from './platform.ts'

export interface RecordedCall {
  method: string
  token: string
  parameters: Readonly<Record<string, unknown>>
  answer: unknown
}

/**
 * Slack on loopback: its Web API, its sockets and its files, which the official SDK cannot tell from the real
 * ones, the people who write there, and knobs for what goes wrong. `api_root` of a bot is `url` + `/api`.
 */
export class SlackSimulator extends SlackPeople {
  readonly faults = new Faults()
  /** The newest calls of the Web API, oldest first. */
  readonly calls: RecordedCall[] = []
  readonly platform: SimulatedPlatform
  readonly #server: Server
  readonly #sockets = new WebSocketServer({ noServer: true })
  readonly #revoked = new Set<string>()

  constructor(now: () => number) {
    super(now)
    this.platform = asPlatform(this)
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy())
    })
    this.#server.on('upgrade', (request, socket, head) => {
      const url = new URL(request.url ?? '/', 'http://simulator')
      const app = this.apps.find(({ tickets }) => tickets.delete(url.searchParams.get('ticket') ?? ''))
      if (app === undefined) socket.end('HTTP/1.1 404 Not Found\r\n\r\n')
      else
        this.#sockets.handleUpgrade(request, socket, head, (opened) => {
          app.sockets.add(opened, app.id)
        })
    })
  }

  async listen(port: number): Promise<void> {
    this.url = await listenOnLoopback(this.#server, port)
  }

  async stop(): Promise<void> {
    for (const { sockets } of this.apps) sockets.break()
    await stopServer(this.#server)
  }

  /** The token is no longer accepted. */
  revoke(token: string): void {
    this.#revoked.add(token)
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://simulator')
    const body = Buffer.concat((await request.toArray()) as Buffer[])
    const method = /^\/api\/([\w.]+)$/.exec(url.pathname)?.[1]
    if (method !== undefined) await this.#answer(method, request, body, response)
    else if (url.pathname.startsWith('/upload/'))
      await receiveUpload(this.world, request, url, body, response)
    else if (url.pathname.startsWith('/files-pri/')) serveFile(this, request, url, response)
    else if (url.pathname === '/oauth/v2/authorize') this.#authorize(url, response)
    else response.writeHead(404).end('<html>Not found</html>')
  }

  async #answer(
    method: string,
    request: IncomingMessage,
    body: Buffer,
    response: ServerResponse,
  ): Promise<void> {
    const fault = this.faults.take(method)
    if (fault?.kind === 'drop_before') {
      response.destroy()
      return
    }
    const answer = this.#judge(method, request, body, fault)
    if (fault?.kind === 'drop_after') response.destroy()
    if (fault?.kind === 'delay') await new Promise((resolve) => setTimeout(resolve, fault.ms))
    if (response.destroyed) return
    if (fault?.kind === 'rate_limit')
      response.writeHead(429, { 'retry-after': String(fault.retryAfter), 'content-type': 'application/json' })
    else if (fault?.kind === 'page') {
      response.writeHead(fault.status, { 'content-type': 'text/html' }).end('<html>Bad Gateway</html>')
      return
    } else response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' })
    response.end(JSON.stringify(answer))
  }

  #judge(method: string, request: IncomingMessage, body: Buffer, fault: CallFault | undefined): unknown {
    const refused = refusalBy(fault)
    let token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
    let parameters: Parameters | undefined
    let answer: unknown
    try {
      parameters = readParameters(body, request.headers['content-type'] ?? '')
      token ||= parameters.text('token') ?? ''
      answer = refused ?? { ok: true, ...this.#execute(method, token, parameters) }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      answer = error
    }
    this.calls.push({ method, token, parameters: parameters?.raw ?? {}, answer })
    if (this.calls.length > 10_000) this.calls.splice(0, 5_000)
    return answer
  }

  #execute(method: string, token: string, parameters: Parameters): Record<string, unknown> {
    if (this.#revoked.has(token)) throw new Refusal('token_revoked')
    const open = openMethods[method]
    if (open !== undefined) return open({ slack: this, token, parameters })
    const called = botMethods[method]
    if (called === undefined) throw new Refusal('unknown_method')
    if (token === '') throw new Refusal('not_authed')
    if (token.startsWith('xapp-')) throw new Refusal('not_allowed_token_type')
    const bot = this.apps
      .flatMap(({ installations }) => [...installations.values()])
      .find((installation) => installation.token === token)
    if (bot === undefined) throw new Refusal('invalid_auth')
    return called({ slack: this, bot, parameters })
  }

  /** Whoever opens this page agrees at once, for a workspace made for the purpose. */
  #authorize(url: URL, response: ServerResponse): void {
    const app = this.apps.find(({ clientId }) => clientId === url.searchParams.get('client_id'))
    const back = URL.parse(url.searchParams.get('redirect_uri') ?? '')
    if (app === undefined || back === null) {
      response.writeHead(400).end('<html>Invalid client_id or redirect_uri</html>')
      return
    }
    const team = this.world.addTeam(`Workspace ${this.world.teams.size + 1}`)
    const code = this.world.id('O')
    app.codes.set(code, team)
    back.searchParams.set('code', code)
    back.searchParams.set('state', url.searchParams.get('state') ?? '')
    response.writeHead(302, { location: back.href }).end()
  }
}

function refusalBy(fault: CallFault | undefined): Refusal | undefined {
  if (fault?.kind === 'rate_limit') return new Refusal('ratelimited')
  return fault?.kind === 'refuse' ? new Refusal(fault.error, fault.needed) : undefined
}

/** Starts the simulator on loopback; port 0 takes a free one. */
export async function startSlackSimulator(
  options: { port?: number; now?: () => number } = {},
): Promise<SlackSimulator> {
  const simulator = new SlackSimulator(options.now ?? Date.now)
  await simulator.listen(options.port ?? 0)
  return simulator
}
