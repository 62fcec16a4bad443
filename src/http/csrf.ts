import { randomBytes, timingSafeEqual } from 'node:crypto'
import cookie from '@fastify/cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { isLoopback, isOriginOf, trustedOrigins } from '../identity/identity.ts'
import type { Principal } from '../identity/principal.ts'
import { isCookieCaller } from './auth.ts'
import { httpErrors } from './errors.ts'
import type { App } from './types.ts'

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])
const sentOnPurpose: ReadonlySet<Principal['kind']> = new Set(['jwt', 'grant', 'token'])
const cookieName = 'csrf_token'

export interface CsrfOptions {
  publicUrl: string
  /** Without authentication every page that reaches the server is its administrator, so all requests are checked. */
  authDisabled: boolean
}

/**
 * Keeps pages of other sites from acting through a visitor's browser. Unsafe methods must not come from a
 * foreign origin; who is known by a cookie must also repeat the csrf_token cookie in X-CSRF-Token. Callers with
 * a bearer token or a key need neither: no browser sends those unasked. Register it after the authentication.
 */
export async function registerCsrf(app: App, { publicUrl, authDisabled }: CsrfOptions): Promise<void> {
  await app.register(cookie)
  const origins = new Set(trustedOrigins(publicUrl))
  const publicHost = new URL(publicUrl).hostname
  app.addHook('onRequest', async (request, reply) => {
    // Neither a cookie nor where a request came from opens those.
    if (request.routeOptions.config.hot === true) return
    if (authDisabled) refuseForeignHost(request, publicHost)
    const { principal } = request
    if (principal !== null && sentOnPurpose.has(principal.kind)) return
    if (safeMethods.has(request.method)) {
      if (authDisabled && request.url.startsWith('/api/')) refuseForeignOrigin(request, origins)
      giveToken(request, reply, publicUrl)
      return
    }
    refuseForeignOrigin(request, origins)
    if (isCookieCaller(request)) requireToken(request)
  })
}

/**
 * Browsers name the origin of unsafe requests, and newer ones the relation to it; programs send neither. Ours are
 * the public URL and the very address that the request went to.
 * https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
 */
function refuseForeignOrigin({ headers, host }: FastifyRequest, origins: ReadonlySet<string>): void {
  const site = headers['sec-fetch-site']
  const isForeign =
    headers.origin !== undefined
      ? !origins.has(headers.origin) && !isOriginOf(headers.origin, host)
      : site !== undefined && site !== 'same-origin' && site !== 'none'
  if (isForeign) throw httpErrors.foreign_origin()
}

/** A name that was pointed at this machine (DNS rebinding) makes a foreign page same-origin; its Host tells. */
function refuseForeignHost(request: FastifyRequest, publicHost: string): void {
  const host = URL.canParse(`http://${request.host}`) ? new URL(`http://${request.host}`).hostname : ''
  if (host !== publicHost && !isLoopback(host)) throw httpErrors.foreign_host()
}

function requireToken(request: FastifyRequest): void {
  const cookie = request.cookies[cookieName]
  const header = request.headers['x-csrf-token']
  if (cookie === undefined || typeof header !== 'string' || header === '')
    throw httpErrors.csrf_token_missing()
  const [given, wanted] = [Buffer.from(header), Buffer.from(cookie)]
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted))
    throw httpErrors.csrf_token_mismatch()
}

/** Pages read the cookie and repeat it, so it is not HttpOnly. */
function giveToken(request: FastifyRequest, reply: FastifyReply, publicUrl: string): void {
  if (!request.url.startsWith('/api/') || request.cookies[cookieName] !== undefined) return
  reply.setCookie(cookieName, randomBytes(32).toString('base64url'), {
    path: '/',
    sameSite: 'lax',
    secure: publicUrl.startsWith('https:'),
  })
}
