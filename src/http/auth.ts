import type { FastifyRequest } from 'fastify'
import { identityErrors, type BotKeys, type Identity } from '../identity/identity.ts'
import type { CallingToken, Principal } from '../identity/principal.ts'
import type { Permission } from '../tokens/tokens.ts'
import { httpErrors } from './errors.ts'
import type { Access, App } from './types.ts'

/**
 * Establishes who is calling before anything of the request is looked at. A route says who may call it, and one
 * that does not cannot be registered; on public routes credentials are not looked at.
 */
export function registerAuth(app: App, identity: Identity, botKeys: Pick<BotKeys, 'authenticate'>): void {
  app.decorateRequest('principal', null)
  app.decorateRequest('bot', null)
  app.addHook('onRoute', ({ method, url, config }) => {
    const access: Access | undefined = config?.access
    if (access === undefined) throw new Error(`${String(method)} ${url} does not say who may call it.`)
  })
  app.addHook('onRequest', async (request) => {
    const { access, grants, permission } = request.routeOptions.config
    if (request.is404 || access === 'public') return
    if (access === 'bot') {
      request.bot = await botKeys.authenticate(request.headers['x-bot-api-key'])
      return
    }
    const principal = await identity.authenticate(request.headers, request.ip)
    if (principal === undefined) throw identityErrors.not_signed_in()
    if (principal.kind === 'grant') refuseUnlessGranted(principal, grants, access)
    if (principal.token !== undefined) refuseUnlessPermitted(principal.token, permission, access)
    if (access === 'admin' && principal.role !== 'admin')
      throw httpErrors.permission_missing({ members: { permission: 'admin' } })
    request.principal = principal
  })
}

/** Routes that let grants in are about the turn's conversation. */
function refuseUnlessGranted({ grant }: Principal, grants: boolean | undefined, access: Access) {
  if (grants !== true)
    throw httpErrors.permission_missing({ detail: noGrants, members: { permission: access } })
  if (grant?.permissions.includes('CHAT') === true) return
  const detail = 'This needs a grant with the permission CHAT.'
  throw httpErrors.permission_missing({ detail, members: { permission: 'CHAT' } })
}

function refuseUnlessPermitted(
  { permissions }: CallingToken,
  needed: Permission | undefined,
  access: Access,
) {
  if (needed === undefined)
    throw httpErrors.permission_missing({ detail: noTokens, members: { permission: access } })
  if (permissions.includes(needed)) return
  const detail = `This needs an API token with the permission ${needed}.`
  throw httpErrors.permission_missing({ detail, members: { permission: needed } })
}

const noTokens = 'An API token does not open this: it needs the user themselves.'
const noGrants = 'The grant of a turn does not open this: it needs the user themselves.'

/** True when the caller is who they are by a cookie, which browsers send unasked. */
export function isCookieCaller(request: FastifyRequest): boolean {
  return request.principal?.kind === 'session'
}
