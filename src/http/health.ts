import { Type } from 'typebox'
import type { App } from './types.ts'

/** Named questions whether this replica can serve; each resolves when yes and rejects when no. */
export type ReadinessChecks = Readonly<Record<string, () => Promise<void>>>

const Readiness = Type.Object(
  {
    ready: Type.Boolean(),
    checks: Type.Record(Type.String(), Type.Union([Type.Literal('ok'), Type.Literal('failed')])),
  },
  { title: 'Readiness' },
)

/** GET /healthz: the process lives. GET /readyz: it can serve; 503 names the checks that failed. */
export function registerHealth(app: App, checks: ReadinessChecks): void {
  app.get('/healthz', { config: { access: 'public' }, schema: { hide: true } }, async () => ({
    status: 'ok',
  }))
  app.get(
    '/readyz',
    {
      config: { access: 'public' },
      schema: { hide: true, response: { 200: Readiness, 503: Readiness } },
    },
    async (request, reply) => {
      const outcomes = await Promise.all(
        Object.entries(checks).map(async ([name, check]) => {
          try {
            await check()
            return [name, 'ok'] as const
          } catch (error) {
            request.log.warn({ err: error, check: name }, 'not ready')
            return [name, 'failed'] as const
          }
        }),
      )
      const ready = outcomes.every(([, outcome]) => outcome === 'ok')
      return reply.status(ready ? 200 : 503).send({ ready, checks: Object.fromEntries(outcomes) })
    },
  )
}
