import helmet from '@fastify/helmet'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { fastify, LogController, type FastifyBaseLogger } from 'fastify'
import type { Registry } from 'prom-client'
import type { BotKeys, Identity } from '../identity/identity.ts'
import type { NewId } from '../lib/ids.ts'
import type { Log } from '../lib/log.ts'
import { registerAuth } from './auth.ts'
import { registerConsole } from './console.ts'
import { registerCsrf } from './csrf.ts'
import { publicError, registerErrors, sendProblem } from './errors.ts'
import { registerHealth, type ReadinessChecks } from './health.ts'
import { registerHotPath } from './hot-path.ts'
import { registerLimits, usualRateLimits, type RateLimits } from './limits.ts'
import { registerMetrics } from './metrics.ts'
import { registerNotFound } from './not-found.ts'
import { registerOpenapi } from './openapi.ts'
import { registerSchemaCompilers } from './schema-compilers.ts'
import { contentSecurityPolicy } from './security-policy.ts'
import { registerShutdown } from './shutdown.ts'
import { registerStreams } from './sse.ts'
import type { App } from './types.ts'

export type { App } from './types.ts'
export type { ReadinessChecks } from './health.ts'
export type { RateLimits } from './limits.ts'
export { registerRoutes, type RouteDependencies } from './routes.ts'

export interface ServerOptions {
  identity: Identity
  botKeys: Pick<BotKeys, 'authenticate'>
  /** Where browsers reach this server: an origin. */
  publicUrl: string
  /** Adds what is served beside health, metrics and documentation: `registerRoutes` with its modules. */
  routes(app: App): void
  ids: NewId
  log: Log
  version: string
  registry: Registry
  metricsToken?: string
  readiness: ReadinessChecks
  /** Where the built console lies, if it was built. */
  consoleDirectory: string
  /** Proxies in front: addresses or ranges whose X-Forwarded-* headers are believed. */
  trustedProxies?: string[]
  rateLimits?: RateLimits
  /** How long requests in flight may take when the server closes. */
  closeDeadlineMs?: number
}

/** The HTTP server, ready to listen. */
export async function createServer(options: ServerOptions): Promise<App> {
  const { identity, publicUrl, log, ids } = options
  const loggerInstance: FastifyBaseLogger = log
  const app: App = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => ids('req'),
    bodyLimit: 1024 * 1024,
    requestTimeout: 60_000,
    return503OnClosing: false,
    trustProxy: options.trustedProxies ?? false,
    frameworkErrors: (error, request, reply) => void sendProblem(reply, request, publicError(error)),
  }).withTypeProvider<TypeBoxTypeProvider>()
  app.removeContentTypeParser('text/plain')

  registerSchemaCompilers(app)
  registerErrors(app)
  registerNotFound(app)
  registerStreams(app)
  registerShutdown(app, options.closeDeadlineMs ?? 10_000)
  registerHotPath(app, options)
  logRequests(app, log)
  await app.register(helmet, contentSecurityPolicy(publicUrl))
  await registerLimits(app, options.rateLimits ?? usualRateLimits)
  registerAuth(app, identity, options.botKeys)
  await registerCsrf(app, { publicUrl, authDisabled: identity.mode === 'disabled' })
  await registerOpenapi(app, options.version)
  registerHealth(app, options.readiness)
  registerMetrics(app, options.registry, options.metricsToken)
  options.routes(app)
  await registerConsole(app, options.consoleDirectory)
  await app.ready()
  return app
}

/** One line per request, by route and not by address: addresses may hold codes. */
function logRequests(app: App, log: Log): void {
  app.hot.onAnswered(({ method, route, status, ms, requestId: reqId }) =>
    log.info({ reqId, method, route, status, ms: Math.round(ms) }, 'request'),
  )
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
  })
  app.addHook('onResponse', async (request, reply) => {
    const { method, principal, routeOptions } = request
    const level = routeOptions.url === '/healthz' || routeOptions.url === '/readyz' ? 'debug' : 'info'
    request.log[level](
      {
        method,
        route: routeOptions.url,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
        user: principal?.userId,
        bot: request.bot?.keyId,
        api_token: principal?.token?.id,
      },
      'request',
    )
  })
}
