import { Histogram, type Registry } from 'prom-client'
import { identityErrors } from '../identity/identity.ts'
import { httpErrors } from './errors.ts'
import type { App } from './types.ts'

/**
 * GET /metrics in the format of Prometheus: for callers on this machine that no proxy forwarded, or with
 * `Authorization: Bearer <metrics token>` where one is configured.
 */
export function registerMetrics(app: App, registry: Registry, token: string | undefined): void {
  const durations = new Histogram({
    name: 'portico_http_request_duration_seconds',
    help: 'Time from the first byte of a request to the last of its answer, streams included.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [registry],
  })
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown'
    durations.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000)
  })
  app.hot.onAnswered(({ method, route, status, ms }) =>
    durations.observe({ method, route, status }, ms / 1000),
  )
  app.get('/metrics', { config: { access: 'public' }, schema: { hide: true } }, async (request, reply) => {
    const { authorization, forwarded } = request.headers
    if (authorization !== undefined) {
      if (token === undefined || authorization !== `Bearer ${token}`)
        throw identityErrors.credential_invalid()
    } else {
      const isForwarded = forwarded !== undefined || request.headers['x-forwarded-for'] !== undefined
      if (isForwarded || !loopbackAddresses.has(request.ip))
        throw httpErrors.permission_missing({
          detail: 'Metrics are for this machine, or for holders of the token.',
        })
    }
    return reply.type(registry.contentType).send(await registry.metrics())
  })
}

const loopbackAddresses = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])
