import type { FastifyRequest } from 'fastify'
import rateLimit from '@fastify/rate-limit'
import { httpErrors } from './errors.ts'
import type { App } from './types.ts'

/** Requests per minute. */
export interface RateLimits {
  /** Of one address, over all routes. */
  perAddress: number
  /** Of one address on the routes of bot services, which speak for many people. */
  perBotService: number
  /** Of one user, over all routes. */
  perUser: number
  /** Of one address on routes where a secret may be guessed (config.guessable). */
  guesses: number
}

export const usualRateLimits: RateLimits = {
  perAddress: 1200,
  perBotService: 12_000,
  perUser: 600,
  guesses: 10,
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route checks a secret that a caller may try to guess, and is limited tightly. */
    guessable?: boolean
  }
}

/**
 * Counted in memory, so that each replica has its own count. Health checks and the console's files are free, and so
 * are webhooks: a platform delivers for many people from few addresses. So are checks of tokens, which services ask for
 * all who come to them.
 */
export async function registerLimits(app: App, limits: RateLimits): Promise<void> {
  await app.register(rateLimit, { global: false })
  const limiter = (max: number, keyGenerator: (request: FastifyRequest) => string) => {
    const count = app.createRateLimit({ max, timeWindow: 60_000, keyGenerator })
    return async (request: FastifyRequest) => {
      const result = await count(request)
      if (result.isAllowed || !result.isExceeded) return
      throw httpErrors.rate_limited({ retryAfter: result.ttlInSeconds })
    }
  }
  const countAddress = limiter(limits.perAddress, (request) => request.ip)
  const countService = limiter(limits.perBotService, (request) => request.ip)
  const countGuess = limiter(limits.guesses, (request) => request.ip)
  const countUser = limiter(limits.perUser, (request) => request.principal?.userId ?? request.ip)

  app.addHook('onRequest', async (request) => {
    if (request.routeOptions.config.hot === true) return
    if (!/^\/(api|external-api|oauth)\//.test(request.url)) return
    if (request.routeOptions.config.access === 'bot') return countService(request)
    await countAddress(request)
    if (request.routeOptions.config.guessable === true && request.method === 'POST') await countGuess(request)
  })
  app.addHook('preHandler', async (request) => {
    if (request.principal !== null) await countUser(request)
  })
}
