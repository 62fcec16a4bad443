import {
  allowInsecureRequests,
  customFetch,
  discoveryRequest,
  processDiscoveryResponse,
  type AuthorizationServer,
} from 'oauth4webapi'
import { listOf } from '../../lib/json.ts'
import { textAt, valueAt } from '../pointer.ts'
import { ask, isReadable, questionOf, type Answer, type Asking } from './ask.ts'
import { ProviderSilence } from './oauth.ts'

/** What authorization servers say of themselves, kept for an hour. */
export interface Metadata {
  /**
   * Of `issuer`, or else of the one that the metadata of `resource` names (RFC 9728). Throws ProviderSilence, always
   * `not_sent`: whatever was to be asked with it was not.
   */
  of(
    provider: string,
    wanted: { issuer: string | undefined; resource: string | undefined },
  ): Promise<AuthorizationServer>
}

const hourMs = 60 * 60 * 1000
/** Tenants name issuers, so there is no end of them. */
const atMost = 500

export function createMetadata(asking: Asking): Metadata {
  const kept = new Map<string, { until: number; server: Promise<AuthorizationServer> }>()
  return {
    of(provider, { issuer, resource }) {
      const key = issuer ?? `resource ${resource ?? ''}`
      const known = kept.get(key)
      if (known !== undefined && known.until > asking.clock.now()) return known.server
      const server = find(asking, provider, issuer, resource).catch((error: unknown) => {
        kept.delete(key)
        throw notSent(provider, error)
      })
      kept.delete(key)
      kept.set(key, { until: asking.clock.now() + hourMs, server })
      for (const oldest of [...kept.keys()].slice(0, Math.max(0, kept.size - atMost))) kept.delete(oldest)
      return server
    },
  }
}

async function find(
  asking: Asking,
  provider: string,
  issuer: string | undefined,
  resource: string | undefined,
): Promise<AuthorizationServer> {
  const named = issuer ?? (await issuerOf(asking, provider, resource ?? ''))
  if (!asking.fetch.mayCall(named)) throw new ProviderSilence(provider, 'not_sent')
  // RFC 8414, 3, then OpenID Connect Discovery 1.0, 4.
  const server =
    (await discover(asking, provider, named, 'oauth2')) ?? (await discover(asking, provider, named, 'oidc'))
  if (server === undefined || !isUsable(asking, server)) throw new ProviderSilence(provider, 'not_sent')
  return server
}

/** Undefined where there is none, or that of another issuer. */
async function discover(
  asking: Asking,
  provider: string,
  issuer: string,
  algorithm: 'oauth2' | 'oidc',
): Promise<AuthorizationServer | undefined> {
  const expected = new URL(issuer)
  try {
    const response = await discoveryRequest(expected, {
      algorithm,
      [customFetch]: async (url) => {
        const { status, body } = await ask(asking, provider, questionOf(url, 'GET', {}))
        return Response.json(body ?? null, { status: status === 200 ? 200 : 404 })
      },
      // The guarded fetch decides where TLS is not needed.
      [allowInsecureRequests]: true,
    })
    return await processDiscoveryResponse(expected, response)
  } catch (error) {
    if (error instanceof ProviderSilence) throw error
    return undefined
  }
}

/** Metadata is what somebody sent: each address in it must be one that may be called. */
function isUsable({ fetch }: Asking, server: AuthorizationServer): boolean {
  const urls = [
    server.authorization_endpoint,
    server.token_endpoint,
    server.device_authorization_endpoint,
    server.revocation_endpoint,
    server.registration_endpoint,
  ]
  return server.token_endpoint !== undefined && urls.every((url) => url === undefined || fetch.mayCall(url))
}

/**
 * RFC 9728: where the challenge of the resource says, if that is at its own origin, then the well-known place with and
 * without its path. A resource that says nothing is its own authorization server, as the first servers of MCP are.
 */
async function issuerOf(asking: Asking, provider: string, resource: string): Promise<string> {
  const { origin, pathname } = new URL(resource)
  const wellKnown = `${origin}/.well-known/oauth-protected-resource`
  const challenged = challengeOf(await ask(asking, provider, questionOf(resource, 'GET', {})), origin)
  const places = [challenged, `${wellKnown}${pathname === '/' ? '' : pathname}`, wellKnown]
  for (const url of new Set(places)) {
    if (url === undefined) continue
    const answer = await ask(asking, provider, questionOf(url, 'GET', {}))
    if (answer.status !== 200 || !isReadable(answer) || !isAbout(answer, resource)) continue
    const [issuer] = listOf(valueAt(answer.body, '/authorization_servers'))
    if (typeof issuer === 'string' && URL.canParse(issuer)) return issuer
  }
  return origin
}

function challengeOf({ status, headers }: Answer, origin: string): string | undefined {
  if (status !== 401) return undefined
  const [, url = ''] = /\bresource_metadata="([^"]{1,2000})"/i.exec(headers['www-authenticate'] ?? '') ?? []
  return URL.canParse(url) && new URL(url).origin === origin ? url : undefined
}

/** RFC 9728, 3.3; a server that describes all of its paths at once describes this one too. */
function isAbout({ body }: Answer, resource: string): boolean {
  const described = textAt(body, '/resource') ?? ''
  if (!URL.canParse(described)) return false
  const [whole, part] = [new URL(described), new URL(resource)]
  const folder = whole.pathname.endsWith('/') ? whole.pathname : `${whole.pathname}/`
  return whole.origin === part.origin && `${part.pathname}/`.startsWith(folder)
}

function notSent(provider: string, error: unknown): ProviderSilence {
  const { cause, retryAfterMs } = error instanceof ProviderSilence ? error : {}
  return new ProviderSilence(provider, 'not_sent', cause, retryAfterMs)
}
