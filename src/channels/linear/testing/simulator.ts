import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { listenOnLoopback, stopServer } from '../../testing/loopback.ts'
import type { SimulatedPlatform } from '../../testing/simulated-platform.ts'
import { answerGraphql, isSend, rateLimited, Refusal, unauthenticated } from './graphql.ts'
import { platformOf } from './platform.ts'
import { World } from './world.ts'

export type SendFault = 'rate_limit' | 'drop_before' | 'drop_after' | 'slow'

/** Linear on loopback: the GraphQL API and the token endpoint, the webhook of apps, and people in a workspace. */
export class LinearSimulator {
  readonly world: World
  readonly platform: SimulatedPlatform
  /** For the next calls that write something that stays. */
  readonly sendFaults: SendFault[] = []
  /** The question who the app is gets no answer that often. */
  lostChecks = 0
  /** Bodies of GraphQL calls, and `token` for each token that was fetched. */
  readonly calls: unknown[] = []
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
      const text = Buffer.concat((await request.toArray()) as Buffer[]).toString()
      if (request.url === '/oauth/token') send(response, ...this.#token(new URLSearchParams(text)))
      else if (request.url === '/graphql') await this.#graphql(request, response, JSON.parse(text))
      else send(response, 404, { error: 'Not found' })
    } catch (error) {
      const { type, code, message, status, headers } =
        error instanceof Refusal
          ? error
          : new Refusal('internal error', 'INTERNAL_SERVER_ERROR', String(error))
      const extensions = { type, code, userPresentableMessage: message, userError: type === 'invalid input' }
      send(response, status, { data: null, errors: [{ message, extensions }] }, headers)
    }
  }

  async #graphql(request: IncomingMessage, response: ServerResponse, body: unknown): Promise<void> {
    this.calls.push(body)
    const isCheck = JSON.stringify(body).includes('viewer {')
    const fault = isSend(body) ? this.sendFaults.shift() : undefined
    if (fault === 'drop_before' || (isCheck && this.lostChecks > 0)) {
      if (isCheck) this.lostChecks -= 1
      response.destroy()
      return
    }
    const token = (request.headers.authorization ?? '').replace(/^Bearer /, '')
    const app = this.world.apps.find(({ tokens, isRevoked }) => tokens.has(token) && !isRevoked)
    if (app === undefined) throw unauthenticated()
    if (fault === 'rate_limit') throw rateLimited()
    if (fault === 'slow') await new Promise((resolve) => setTimeout(resolve, 2000))
    const data = answerGraphql(this.world, app, body)
    if (fault === 'drop_after') response.destroy()
    else send(response, 200, { data })
  }

  /** https://linear.app/developers/oauth-2-0-authentication#client-credentials-tokens */
  #token(form: URLSearchParams): [number, object] {
    this.calls.push('token')
    const app = this.world.apps.find(
      ({ clientId, clientSecret, isRevoked }) =>
        clientId === form.get('client_id') && clientSecret === form.get('client_secret') && !isRevoked,
    )
    if (app === undefined) return [401, { error: 'invalid_client', error_description: 'Unknown client' }]
    if (form.get('grant_type') !== 'client_credentials') return [400, { error: 'unsupported_grant_type' }]
    const token = `lin_oauth_${randomUUID()}`
    app.tokens.add(token)
    const answer = {
      access_token: token,
      token_type: 'Bearer',
      expires_in: 2_591_999,
      scope: form.get('scope'),
    }
    return [200, answer]
  }
}

function send(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): void {
  if (response.destroyed) return
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
  response.end(JSON.stringify(body))
}

/** Starts the simulator on loopback; port 0 takes a free one. */
export async function startLinearSimulator(
  options: { port?: number; now?: () => number } = {},
): Promise<LinearSimulator> {
  const simulator = new LinearSimulator(options.now ?? Date.now)
  await simulator.listen(options.port ?? 0)
  return simulator
}
