import { textAt } from '../pointer.ts'
import type { Provider } from '../provider.ts'
import { ask, headersOf, type Question } from './ask.ts'
import { ProviderSilence, type Place, type Registration } from './oauth.ts'
import { filled } from './parameters.ts'
import { serverOf, urlFor, type Server } from './server.ts'
import { assertAccepted } from './token-answer.ts'
import type { Tools } from './tokens.ts'

export function canRegister({ registration, issuer, resource }: Provider): boolean {
  return (
    registration !== undefined &&
    (registration.url !== undefined || issuer !== undefined || resource !== undefined)
  )
}

/** RFC 7591, 3.1, without an initial access token. */
export async function register(
  { asking, metadata }: Tools,
  place: Omit<Place, 'client'>,
  request: { redirectUri: string; product: string },
): Promise<Registration> {
  const { provider } = place
  const server = await serverOf(metadata, place)
  const url = urlFor(server, 'register')
  const answer = await ask(asking, provider.id, registrationQuestion(provider, server, url, request))
  assertAccepted({ id: provider.id }, answer, [])
  const { body } = answer
  const id = textAt(body, '/client_id')
  if (id === undefined) throw new ProviderSilence(provider.id, 'sent')
  const until = Number(textAt(body, '/client_secret_expires_at') ?? 0)
  const secret = textAt(body, '/client_secret')
  return {
    issuer: server.issuer ?? new URL(url).origin,
    client: { id, secret: textAt(body, '/token_endpoint_auth_method') === 'none' ? undefined : secret },
    expiresAt: secret !== undefined && until > 0 ? until * 1000 : undefined,
  }
}

function registrationQuestion(
  provider: Provider,
  server: Server,
  url: string,
  { redirectUri, product }: { redirectUri: string; product: string },
): Question {
  const grants = provider.grants ?? ['authorization_code', 'refresh_token']
  return {
    url,
    method: 'POST',
    headers: headersOf(
      { accept: 'application/json', 'user-agent': 'Portico', 'content-type': 'application/json' },
      filled(provider.token_headers, server.values),
    ),
    body: JSON.stringify({
      client_name: product,
      redirect_uris: [redirectUri],
      grant_types: grants.map((grant) =>
        grant === 'device_code' ? 'urn:ietf:params:oauth:grant-type:device_code' : grant,
      ),
      response_types: ['code'],
      token_endpoint_auth_method: authMethodOf(provider, server),
    }),
  }
}

/** Public where that is possible: a secret that everybody can have made proves nothing beside PKCE. */
function authMethodOf({ token_auth }: Provider, { authMethods }: Server): string {
  if (token_auth === 'none' || token_auth === 'basic_or_none') return 'none'
  if (token_auth === 'basic') return 'client_secret_basic'
  if (token_auth !== undefined) return 'client_secret_post'
  if (authMethods?.includes('none') === true) return 'none'
  return authMethods?.includes('client_secret_basic') === false ? 'client_secret_post' : 'client_secret_basic'
}
