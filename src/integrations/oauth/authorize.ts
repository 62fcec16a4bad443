import { integrationErrors } from '../errors.ts'
import { withQuery } from './ask.ts'
import type { AuthorizeRequest, Place } from './oauth.ts'
import { filled, nameOf, renamed, scopeText } from './parameters.ts'
import { serverOf, urlFor, type Server } from './server.ts'
import type { Tools } from './tokens.ts'

/** Ours alone: neither the data nor the address may set them. */
const reserved = [
  'client_id',
  'redirect_uri',
  'response_type',
  'scope',
  'state',
  'code_challenge',
  'code_challenge_method',
]
/** Without these nothing holds what came back to what was begun. */
const needed = ['state', 'code_challenge', 'code_challenge_method']

export async function authorizeUrl(
  { asking, metadata }: Tools,
  place: Place,
  request: AuthorizeRequest,
): Promise<string> {
  const { provider } = place
  const server = await serverOf(metadata, place)
  const address = withoutReserved(place, urlFor(server, 'authorize'))
  if (!asking.fetch.mayCall(address)) throw integrationErrors.tenant_invalid()
  const takesPkce = request.challenge !== undefined && provider.pkce !== 'avoid'
  const own = renamed(
    { ...provider, omit_params: provider.omit_params?.filter((name) => !needed.includes(name)) ?? [] },
    'authorize',
    {
      response_type: 'code',
      client_id: place.client.id,
      redirect_uri: request.redirectUri,
      state: request.state,
      ...(takesPkce ? { code_challenge: request.challenge ?? '', code_challenge_method: 'S256' } : {}),
      ...(request.loginHint === undefined ? {} : { login_hint: request.loginHint }),
      ...(server.resource === undefined ? {} : { resource: server.resource }),
    },
  )
  return withQuery(address, { ...dataOf(place, server), ...own, ...scopeOf(place, request) })
}

function dataOf(place: Place, server: Server) {
  const names = reservedNames(place)
  const params = filled(place.provider.authorize_params, server.values)
  return Object.fromEntries(Object.entries(params).filter(([name]) => !names.has(name)))
}

function scopeOf({ provider }: Place, { scopes }: AuthorizeRequest) {
  const text = scopeText(provider, scopes)
  return text === undefined ? {} : { [scopeName(provider)]: text }
}

function withoutReserved(place: Place, text: string): string {
  const url = new URL(text)
  for (const name of reservedNames(place)) url.searchParams.delete(name)
  return url.href
}

function reservedNames({ provider }: Place): ReadonlySet<string> {
  return new Set([
    ...reserved,
    ...reserved.map((name) => nameOf(provider, 'authorize', name)),
    scopeName(provider),
  ])
}

function scopeName(provider: Place['provider']): string {
  return provider.scope_param ?? nameOf(provider, 'authorize', 'scope')
}
