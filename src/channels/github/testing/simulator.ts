import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { listenOnLoopback, stopServer } from '../../testing/loopback.ts'
import type { SimulatedPlatform } from '../../testing/simulated-platform.ts'
import { answerApp, type Call, type Reply } from './app-calls.ts'
import { answerGraphql } from './graphql-calls.ts'
import { platformOf } from './platform.ts'
import { badCredentials, Refusal, secondaryLimit } from './refusal.ts'
import { answerRepository } from './repository-calls.ts'
import { World } from './world.ts'

export type SendFault = 'rate_limit' | 'drop_before' | 'drop_after' | 'slow'

/** GitHub on loopback: the REST and GraphQL calls of an app, its webhook, and the people who write to it. */
export class GithubSimulator {
  readonly world: World
  readonly platform: SimulatedPlatform
  /** For the next calls that write. */
  readonly sendFaults: SendFault[] = []
  /** `GET /app` gets no answer that often. */
  lostChecks = 0
  /** What was called, as `POST /path`. */
  readonly calls: string[] = []
  url = ''
  readonly #server: Server

  constructor(now: () => number) {
    this.world = new World(now)
    this.platform = platformOf(this)
    this.#server = createServer((request, response) => void this.#serve(request, response))
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

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const call = await readCall(request, this.url)
      this.calls.push(`${call.method} ${call.path}`)
      const fault = isSend(call) ? this.sendFaults.shift() : undefined
      if (fault === 'drop_before' || this.#losesCheck(call)) {
        response.destroy()
        return
      }
      if (fault === 'rate_limit') throw secondaryLimit()
      if (fault === 'slow') await new Promise((resolve) => setTimeout(resolve, 2000))
      const reply = await this.#answer(call)
      if (fault === 'drop_after') response.destroy()
      else send(response, reply)
    } catch (error) {
      const { status, message, headers } = error instanceof Refusal ? error : new Refusal(500, String(error))
      send(response, {
        status,
        headers,
        body: { message, documentation_url: 'https://docs.github.com/rest' },
      })
    }
  }

  async #answer(call: Call): Promise<Reply> {
    const asApp = await answerApp(this.world, call)
    if (asApp !== undefined) return asApp
    const app = this.world.apps.find(({ tokens }) => tokens.has(call.token))
    if (app === undefined) throw badCredentials()
    if (call.path === '/graphql') return answerGraphql(this.world, app, call.body)
    return answerRepository(this.world, app, call)
  }

  #losesCheck({ method, path }: Call): boolean {
    if (method !== 'GET' || path !== '/app' || this.lostChecks === 0) return false
    this.lostChecks -= 1
    return true
  }
}

function isSend({ method, path, body }: Call): boolean {
  if (method !== 'POST') return false
  return path === '/graphql'
    ? JSON.stringify(body).includes('addDiscussionComment')
    : path.startsWith('/repos/')
}

async function readCall(request: IncomingMessage, root: string): Promise<Call> {
  const url = new URL(request.url ?? '/', root)
  const text = Buffer.concat((await request.toArray()) as Buffer[]).toString()
  return {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    token: (request.headers.authorization ?? '').replace(/^(Bearer|token) /i, ''),
    body: text === '' ? undefined : JSON.parse(text),
    root,
  }
}

function send(response: ServerResponse, { status, body, headers = {} }: Reply): void {
  if (response.destroyed) return
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
  response.end(typeof body === 'string' ? body : JSON.stringify(body))
}

/** Starts the simulator on loopback; port 0 takes a free one. */
export async function startGithubSimulator(
  options: { port?: number; now?: () => number } = {},
): Promise<GithubSimulator> {
  const simulator = new GithubSimulator(options.now ?? Date.now)
  await simulator.listen(options.port ?? 0)
  return simulator
}
