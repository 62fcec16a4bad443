import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { listenOnLoopback, stopServer } from '../../testing/loopback.ts'
import type { SimulatedPlatform } from '../../testing/simulated-platform.ts'
import { WechatAccount, type WechatPerson } from './account.ts'
import { WechatFaults, type WechatFault } from './faults.ts'
import { Logins } from './logins.ts'
import { methods } from './methods.ts'
import { createPlatform } from './platform.ts'
import { Refusal } from './refusal.ts'

/** WeChat's iLink on loopback. `url` is what a bot's `api_root` is set to. */
export class WechatSimulator {
  url = ''
  readonly accounts: WechatAccount[] = []
  readonly people: WechatPerson[] = []
  readonly faults = new WechatFaults()
  readonly logins = new Logins(() => this.addAccount('Portico'))
  /** The calls, oldest first. */
  readonly calls: { method: string; body: Record<string, unknown> }[] = []
  readonly platform: SimulatedPlatform
  /** How long a poll is held. */
  holdMs = 35_000
  readonly #now: () => number
  readonly #server: Server

  constructor(now: () => number) {
    this.#now = now
    this.platform = createPlatform(this)
    this.#server = createServer((request, response) => void this.#serve(request, response))
    this.#server.requestTimeout = 0
  }

  async listen(port: number): Promise<void> {
    this.url = await listenOnLoopback(this.#server, port)
  }

  stop(): Promise<void> {
    return stopServer(this.#server)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  addAccount(name: string): WechatAccount {
    const account = new WechatAccount(name, this.#now)
    this.accounts.push(account)
    return account
  }

  addPerson(name: string): WechatPerson {
    const person = { id: `${name.toLowerCase()}-${this.people.length + 1}@im.wechat`, name }
    this.people.push(person)
    return person
  }

  /** How often a method was called. */
  count(method: string): number {
    return this.calls.filter((call) => call.method === method).length
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://simulator')
    const method = url.pathname.replace(/^\/(ilink\/bot\/)?/, '')
    const fault = this.faults.take(method)
    if (fault?.kind === 'drop_before') {
      response.destroy()
      return
    }
    if (fault?.kind === 'half_open') return
    try {
      const body = Buffer.concat((await request.toArray()) as Buffer[])
      if (method.startsWith('c2c/')) this.#serveFile(request, response, url, body)
      else await this.#answer({ request, response, url, method, body }, fault)
    } catch (error) {
      if (!response.destroyed) send(response, 500, { error: String(error) })
    }
  }

  async #answer(exchange: Exchange, fault: WechatFault | undefined): Promise<void> {
    const { response } = exchange
    if (fault?.kind === 'rate_limit')
      response.writeHead(429, { 'retry-after': String(fault.seconds ?? 35) }).end('too many requests')
    else if (fault?.kind === 'says') response.writeHead(fault.status).end(fault.body)
    else if (fault?.kind === 'refuse') send(response, 200, { ret: fault.ret, errmsg: fault.errmsg })
    else {
      const answer = await this.#execute(exchange).catch((error: unknown) => {
        if (error instanceof Refusal) return error.answer
        throw error
      })
      if (fault?.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, 2_000))
      if (fault?.kind === 'drop_after') response.destroy()
      else if (answer === undefined) response.writeHead(200).end()
      else send(response, 200, answer)
    }
  }

  async #execute({ request, response, url, method, body }: Exchange) {
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    const { headers } = request
    // Without these the platform knows nobody.
    const isApp = headers['ilink-app-id'] !== undefined && headers['ilink-app-clientversion'] !== undefined
    if (method === 'get_qrcode_status')
      return this.logins
        .find(url.searchParams.get('qrcode') ?? '')
        .read(url.searchParams.get('verify_code'), this.holdMs, gone.signal)
    const fields = JSON.parse(body.toString() || '{}') as Record<string, unknown>
    this.calls.push({ method, body: fields })
    if (method === 'get_bot_qrcode') return this.logins.create(fields['local_token_list'])
    const account =
      isApp && headers['authorizationtype'] === 'ilink_bot_token' ? this.#accountOf(request) : null
    const isKnown = account?.isRevoked === false && (!account.isStale || method === 'msg/notifystart')
    if (account == null || !isKnown) throw new Refusal(-14, 'session timeout')
    const answer = methods[method]
    if (answer === undefined) throw new Refusal(-1, 'no such method')
    return answer({ account, body: fields, now: this.#now(), holdMs: this.holdMs, signal: gone.signal })
  }

  #accountOf({ headers }: IncomingMessage): WechatAccount | undefined {
    return this.accounts.find(({ token }) => headers.authorization === `Bearer ${token}`)
  }

  /** The file store knows no logins: its parameters are the right. */
  #serveFile(request: IncomingMessage, response: ServerResponse, url: URL, body: Buffer): void {
    const param = url.searchParams.get('encrypted_query_param') ?? ''
    const stores = this.accounts.map(({ files }) => files)
    if (request.method === 'POST') {
      const filekey = url.searchParams.get('filekey') ?? ''
      const stored = stores.map((store) => store.upload(param, filekey, body)).find(Boolean)
      if (stored === undefined) response.writeHead(403, { 'x-error-message': 'not announced' }).end()
      else response.writeHead(200, { 'x-encrypted-param': stored }).end()
      return
    }
    const bytes = stores.map((store) => store.read(param)).find(Boolean)
    if (bytes === undefined) response.writeHead(404).end()
    else response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(bytes)
  }
}

interface Exchange {
  request: IncomingMessage
  response: ServerResponse
  url: URL
  method: string
  body: Buffer
}

function send(response: ServerResponse, status: number, body: unknown): void {
  if (response.destroyed) return
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

/** Starts the simulator on loopback; port 0 takes a free one. */
export async function startWechatSimulator(
  options: { port?: number; now?: () => number } = {},
): Promise<WechatSimulator> {
  const simulator = new WechatSimulator(options.now ?? Date.now)
  await simulator.listen(options.port ?? 0)
  return simulator
}
