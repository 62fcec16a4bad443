import type { IncomingMessage, ServerResponse } from 'node:http'
import { isIP } from 'node:net'
import proxyAddr from '@fastify/proxy-addr'
import type { FastifySchema, HTTPMethods } from 'fastify'
import { GatewayError } from '../lib/errors.ts'
import type { NewId } from '../lib/ids.ts'
import type { Log } from '../lib/log.ts'
import { documentOf, httpErrors } from './errors.ts'
import type { App } from './types.ts'

/** A route that is asked so often that what Fastify does for every request would be most of its cost. */
export interface HotRoute {
  methods: readonly HTTPMethods[]
  /** Without parameters. */
  url: string
  schema: FastifySchema
  /** Answers by `send`, or throws. */
  answer(request: IncomingMessage, response: ServerResponse): void | Promise<void>
}

/** Answers before Fastify sees a request. Hooks do not run: no line in the log, no limits, no cookies, no principal. */
export interface HotPath {
  /** Fastify has the route as well, for the description and for what only resembles the path. */
  add(route: HotRoute): void
  /** Where a request came from: what proxies in front say, if they are trusted. */
  addressOf(request: IncomingMessage): string | undefined
  /** Ends with a whole answer; `headers` are names and values in turn. */
  send(response: ServerResponse, status: number, headers: readonly string[], body: string): void
  /** Ends with a problem document. */
  refuse(response: ServerResponse, error: unknown, headers?: readonly string[]): void
  /** Calls `use` with the body, up to the limit of all bodies. Who does not send it to its end is not answered. */
  readBody(
    request: IncomingMessage,
    response: ServerResponse,
    use: (text: string) => void | Promise<void>,
  ): void
}

declare module 'fastify' {
  interface FastifyInstance {
    hot: HotPath
  }
  interface FastifyContextConfig {
    /** Added by `HotPath`: who calls is its own business. */
    hot?: boolean
  }
}

export interface HotPathOptions {
  ids: NewId
  log: Log
  trustedProxies?: string[]
}

export function registerHotPath(app: App, { ids, log, trustedProxies }: HotPathOptions): void {
  const routes = new Map<string, HotRoute>()
  const bodyLimit = app.initialConfig.bodyLimit ?? 1024 * 1024
  let isClosing = false
  app.addHook('preClose', async () => {
    isClosing = true
  })

  const send: HotPath['send'] = (response, status, headers, body) => {
    const head = ['content-length', String(Buffer.byteLength(body)), ...usual, ...headers]
    if (isClosing) head.push('connection', 'close')
    response.writeHead(status, head)
    response.end(body)
  }
  const refuse: HotPath['refuse'] = (response, error, headers = []) => {
    if (response.headersSent) {
      response.destroy()
      return
    }
    const problem = error instanceof GatewayError ? error : httpErrors.internal_error({ cause: error })
    if (problem.status === 500) log.error({ err: error }, 'request failed')
    const id = String(response.getHeader('x-request-id') ?? ids('req'))
    const retryAfter = problem.retryAfter ?? (problem.status === 503 ? 1 : undefined)
    const retry = retryAfter === undefined ? [] : ['retry-after', String(retryAfter)]
    const head = ['content-type', 'application/problem+json', 'x-request-id', id, ...retry, ...headers]
    send(response, problem.status, head, JSON.stringify(documentOf(problem, id)))
  }
  /** Whatever `work` throws, now or later, becomes the answer. */
  const attempt = (response: ServerResponse, work: () => void | Promise<void>) => {
    try {
      work()?.catch((error: unknown) => refuse(response, error))
    } catch (error) {
      refuse(response, error)
    }
  }
  const hot: HotPath = {
    add(route) {
      routes.set(route.url, route)
      addToFastify(app, route, (request, response) =>
        attempt(response, () => route.answer(request, response)),
      )
    },
    addressOf: createAddressOf(trustedProxies),
    send,
    refuse,
    readBody(request, response, use) {
      const chunks: Buffer[] = []
      let size = 0
      const refuseSize = () => refuse(response, httpErrors.body_too_large(), ['connection', 'close'])
      if (Number(request.headers['content-length']) > bodyLimit) {
        refuseSize()
        return
      }
      request.on('data', (chunk: Buffer) => {
        const before = size
        size += chunk.length
        if (size <= bodyLimit) chunks.push(chunk)
        else if (before <= bodyLimit) refuseSize()
      })
      request.on('end', () => {
        if (size > bodyLimit) return
        const [only] = chunks
        const body = chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks)
        attempt(response, () => use(body.toString()))
      })
    },
  }
  app.decorate('hot', hot)

  const find = ({ url = '', method = '' }: IncomingMessage) => {
    const query = url.indexOf('?')
    const route = routes.get(query === -1 ? url : url.slice(0, query))
    return route?.methods.includes(method) === true ? route : undefined
  }
  // In its place, and not by Fastify's `serverFactory`: with one, Fastify listens on one address of `localhost` only.
  app.server.removeAllListeners('request')
  app.server.on('request', (request, response) => {
    const route = find(request)
    if (route === undefined) app.routing(request, response)
    else attempt(response, () => route.answer(request, response))
  })
}

/** Policies for pages are left out: a proxy may hand a refusal on to its own client. */
const usual = ['cache-control', 'no-store', 'x-content-type-options', 'nosniff'] as const

function addToFastify(
  app: App,
  { methods, url, schema }: HotRoute,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): void {
  void app.register(async (raw: App) => {
    raw.removeAllContentTypeParsers()
    raw.addContentTypeParser('*', (_request, _body, done) => done(null))
    raw.route({
      method: [...methods],
      url,
      exposeHeadRoute: false,
      config: { access: 'public', hot: true },
      schema,
      validatorCompiler: () => () => true,
      handler(request, reply) {
        reply.hijack()
        reply.raw.setHeader('x-request-id', request.id)
        answer(request.raw, reply.raw)
      },
    })
  })
}

function createAddressOf(trustedProxies: string[] | undefined): HotPath['addressOf'] {
  if (trustedProxies === undefined || trustedProxies.length === 0) return ({ socket }) => socket.remoteAddress
  const trusts = proxyAddr.compile(trustedProxies)
  return (request) => {
    const { remoteAddress } = request.socket
    if (remoteAddress === undefined || !trusts(remoteAddress, 0)) return remoteAddress
    if (request.headers['x-forwarded-for'] !== undefined) return proxyAddr(request, trusts)
    const told = request.headers['x-real-ip']
    return typeof told === 'string' && isIP(told) !== 0 ? told : remoteAddress
  }
}
