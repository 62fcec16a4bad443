import type { FastifyRequest } from 'fastify'
import type { BotAdministration } from '../../channels/channels.ts'
import { GatewayError } from '../../lib/errors.ts'
import type { App } from '../types.ts'
import { cookieNameOf, installPath, redirectUrlOf } from './install-cookie.ts'

/**
 * Where a platform sends the browser back to. The state in the address and the cookie prove who it is: a session
 * would not say which bot, and a page of another site could have brought the browser here.
 */
export function finishInstall(app: App, bots: BotAdministration, publicUrl: string): void {
  app.get(installPath, { config: { access: 'public' }, schema: { hide: true } }, async (request, reply) => {
    const { state, code, error } = request.query as Record<string, unknown>
    const cookieName = typeof state === 'string' ? cookieNameOf(state) : undefined
    const browser = cookieName && request.cookies[cookieName]
    if (cookieName !== undefined && browser !== undefined)
      reply.clearCookie(cookieName, { path: installPath })
    const finishing = bots.finishInstall({ state, browser, code, error }, redirectUrlOf(publicUrl))
    const outcome = await finishing.then(
      (channel) => ({ installed: channel }),
      (refusal: unknown) => ({ install_failed: codeOf(refusal, request) }),
    )
    return reply
      .header('cache-control', 'no-store')
      .redirect(`/channels?${new URLSearchParams(outcome).toString()}`)
  })
}

/** Throws what is no refusal. */
function codeOf(error: unknown, request: FastifyRequest): string {
  if (!(error instanceof GatewayError)) throw error
  request.log.info({ err: error }, 'an installation failed')
  return error.code
}
