import type { IncomingMessage, ServerResponse } from 'node:http'
import { isIP } from 'node:net'
import proxyAddr from '@fastify/proxy-addr'
import type { FastifyError, FastifySchema, HTTPMethods } from 'fastify'
import { GatewayError } from '../lib/errors.ts'
import type { NewId } from '../lib/ids.ts'
import type { Log } from '../lib/log.ts'
import { documentOf, httpErrors, publicError } from './errors.ts'
import type { App } from './types.ts'

/** A route that is asked so often that what Fastify does for every request would be most of its cost. */
export interface HotRoute {
  methods: readonly HTTPMethods[]
  /** With parameters only where `pattern` stands for it. */
  url: string
  /** Which addresses it is for, query included. */
  pattern?: RegExp
  /** Whether each answer is told to `onAnswered`. Left out: it is asked too often for that, and counts by itself. */
  isTold?: boolean
  schema: FastifySchema
  /** Answers by `send`, or throws. */
  answer(request: IncomingMessage, response: ServerResponse): void | Promise<void>
}

/** An answer that was sent, or whose caller went away. */
export interface HotAnswer {
  method: string
  route: string
  status: number
  ms: number
  requestId: string
}

/** Answers before Fastify sees a request. Hooks do not run: no limits, no cookies, no principal. */
export interface HotPath {
  /** Fastify has the route as well, for the description and for what only resembles the path. */
  add(route: HotRoute): void
  /** Calls `listener` with each answer of the routes that are told. */
  onAnswered(listener: (answer: HotAnswer) => void): void
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
  const patterns: HotRoute[] = []
  const listeners: ((answer: HotAnswer) => void)[] = []
  const bodyLimit = app.initialConfig.bodyLimit ?? 1024 * 1024
  let isClosing = false
  app.addHook('preClose', async () => {
    isClosing = true
  })

  const send: HotPath['send'] = (response, status, headers, body) => {
    const size = Buffer.byteLength(body)
    const head = ['content-length', String(size), ...(size === 0 ? uncached : usual), ...headers]
    if (isClosing) head.push('connection', 'close')
    response.writeHead(status, head)
    // The same bytes where each character is one, and less work for each.
    response.end(body, size === body.length ? 'latin1' : 'utf8')
  }
  const refuse: HotPath['refuse'] = (response, error, headers = []) => {
    if (response.headersSent) {
      response.destroy()
      return
    }
    const problem = error instanceof GatewayError ? error : publicError(error as FastifyError)
    const id = String(response.getHeader('x-request-id') ?? ids('req'))
    const line = { err: error, reqId: id }
    if (problem.status === 500) log.error(line, 'request failed')
    else if (problem.cause !== undefined) log.info(line, 'request refused')
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
      if (route.pattern === undefined) routes.set(route.url, route)
      else patterns.push(route)
      addToFastify(app, route, (request, response) =>
        attempt(response, () => route.answer(request, response)),
      )
    },
    onAnswered: (listener) => void listeners.push(listener),
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
    const exact = routes.get(query === -1 ? url : url.slice(0, query))
    const route = exact ?? patterns.find(({ pattern }) => pattern?.test(url))
    return route?.methods.includes(method) === true ? route : undefined
  }
  // In its place, and not by Fastify's `serverFactory`: with one, Fastify listens on one address of `localhost` only.
  app.server.removeAllListeners('request')
  app.server.on('request', (request, response) => {
    const route = find(request)
    if (route === undefined) {
      app.routing(request, response)
      return
    }
    if (route.isTold === true) tell(listeners, route, request, response, ids('req'))
    attempt(response, () => route.answer(request, response))
  })
}

/** One who went away before the answer counts with the status that it had then. */
function tell(
  listeners: readonly ((answer: HotAnswer) => void)[],
  { url: route }: HotRoute,
  { method = '' }: IncomingMessage,
  response: ServerResponse,
  requestId: string,
): void {
  const began = performance.now()
  response.setHeader('x-request-id', requestId)
  response.once('close', () => {
    const answer = { method, route, status: response.statusCode, ms: performance.now() - began, requestId }
    for (const listener of listeners) listener(answer)
  })
}

/** Policies for pages are left out: a proxy may hand a refusal on to its own client. */
const uncached = ['cache-control', 'no-store'] as const
const usual = [...uncached, 'x-content-type-options', 'nosniff'] as const

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
