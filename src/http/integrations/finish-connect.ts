import type { FastifyRequest } from 'fastify'
import { callbackPath, type Finished } from '../../integrations/integrations.ts'
import type { Principal } from '../../identity/principal.ts'
import { GatewayError } from '../../lib/errors.ts'
import type { App } from '../types.ts'
import { cookieNameOf, forgetBrowser, pageWith } from './connect-cookie.ts'
import type { IntegrationRouteDependencies } from './routes.ts'

/**
 * Where providers send the browser back to. It must be the browser that left, which the cookie proves, and whoever is
 * signed in there must be who began: a forwarded address connects nobody's account to another's.
 */
export function finishConnect(app: App, deps: IntegrationRouteDependencies): void {
  app.get(callbackPath, { config: { access: 'public' }, schema: { hide: true } }, async (request, reply) => {
    const params = paramsOf(request)
    const { state = '' } = params
    const browser = request.cookies[cookieNameOf(state)]
    reply.header('cache-control', 'no-store')
    const caller = await callerIn(request, deps)
    const finished = await deps.connect
      .finish(caller, { params, browser })
      .catch((error: unknown) => refusalOf(error, request))
    if (browser !== undefined && isOver(finished)) forgetBrowser(reply, state)
    return reply.redirect(pageWith(finished.returnTo, outcomeOf(finished)), 303)
  })
}

/** Otherwise the same browser may still end it. */
function isOver(finished: Finished): boolean {
  return (
    finished.kind === 'connected' || (finished.provider !== '' && finished.code !== 'provider_unreachable')
  )
}

/** A parameter that comes twice counts as absent. */
function paramsOf(request: FastifyRequest): Record<string, string> {
  const entries = Object.entries(request.query as Record<string, unknown>)
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}

/** Nobody is signed in: undefined. */
async function callerIn(
  request: FastifyRequest,
  { identity }: IntegrationRouteDependencies,
): Promise<Principal | undefined> {
  try {
    const principal = await identity.authenticate(request.headers, request.ip)
    return principal?.kind === 'token' || principal?.kind === 'grant' ? undefined : principal
  } catch (error) {
    if (error instanceof GatewayError && error.status < 500) return undefined
    throw error
  }
}

/** Throws what is no refusal. */
function refusalOf(error: unknown, request: FastifyRequest): Finished {
  if (!(error instanceof GatewayError)) throw error
  request.log.info({ err: error }, 'an account was not connected')
  return { kind: 'refused', provider: '', code: error.code, returnTo: '/integrations' }
}

function outcomeOf(finished: Finished): Record<string, string> {
  return finished.kind === 'connected'
    ? { connected: finished.connected.credential.id }
    : { refused: finished.provider, code: finished.code }
}
