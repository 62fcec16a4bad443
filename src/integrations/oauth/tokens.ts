import type { Provider } from '../provider.ts'
import { fillUrl } from '../template.ts'
import { ask, headersOf, questionOf, withQuery, type Answer, type Asking, type Question } from './ask.ts'
import type { Metadata } from './metadata.ts'
import {
  ProviderRefusal,
  type CodeExchange,
  type Place,
  type RefreshRequest,
  type TokenSet,
} from './oauth.ts'
import { clientAuthOf, clientProof, filled, renamed, scopeText, type Params } from './parameters.ts'
import { serverOf, urlFor, type Server } from './server.ts'
import { readTokens, scopesIn, type Circumstances } from './token-answer.ts'

export interface Tools {
  asking: Asking
  metadata: Metadata
}

export async function exchangeCode(tools: Tools, place: Place, request: CodeExchange): Promise<TokenSet> {
  const server = await serverOf(tools.metadata, place)
  assertSameIssuer(place.provider, server, request.callback)
  const tokens = await grant(tools, place, server, {
    grant_type: 'authorization_code',
    code: request.code,
    redirect_uri: request.redirectUri,
    ...(request.verifier === undefined || place.provider.pkce === 'avoid'
      ? {}
      : { code_verifier: request.verifier }),
  })
  return withCallback(place.provider, tokens, request.callback)
}

export async function clientCredentials(
  tools: Tools,
  place: Place,
  scopes: readonly string[],
): Promise<TokenSet> {
  const server = await serverOf(tools.metadata, place)
  const scope = scopeText({ ...place.provider, offline_scopes: [] }, scopes)
  return grant(tools, place, server, {
    grant_type: 'client_credentials',
    ...(scope === undefined ? {} : { scope }),
  })
}

/** Parameters whose values nobody else may have. */
const presented = ['code', 'code_verifier', 'device_code']

/** One question at the token endpoint, and the second step where the provider has one. */
export async function grant(tools: Tools, place: Place, server: Server, own: Params): Promise<TokenSet> {
  const { provider } = place
  const secrets = secretsOf(place, server)
  const params = { ...filled(provider.token_params, secrets), ...own, ...resourceOf(server) }
  const tokens = await askForTokens(tools, place, tokenQuestion(place, server, 'token', params), {
    secrets: [...presented.map((name) => own[name] ?? ''), secrets.client_secret],
    purpose: 'grant',
  })
  return provider.exchange === undefined ? tokens : exchanged(tools, place, server, tokens)
}

export async function refresh(tools: Tools, place: Place, request: RefreshRequest): Promise<TokenSet> {
  const { provider } = place
  const server = await serverOf(tools.metadata, place)
  const { refreshToken, accessToken = '' } = request
  const secrets = secretsOf(place, server, { access_token: accessToken, refresh_token: refreshToken })
  const usual = {
    ...filled(provider.refresh_params, secrets),
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
    ...resourceOf(server),
  }
  const own = provider.refresh?.params
  const question =
    own === undefined
      ? tokenQuestion(place, server, 'refresh', usual)
      : plainQuestion(place, server, filled(own, secrets))
  return askForTokens(tools, place, question, {
    secrets: [refreshToken, accessToken, secrets.client_secret],
    purpose: 'refresh',
  })
}

/** RFC 6749 in the provider's dialect: its names, its place for the client's proof, its kind of body. */
function tokenQuestion(place: Place, server: Server, purpose: 'token' | 'refresh', params: Params): Question {
  const { provider } = place
  const proof = clientProof(clientAuthOf(place, server.authMethods), place)
  const query = renamed(provider, 'token', proof.query)
  const url = urlFor(server, purpose)
  return questionOf(
    Object.keys(query).length === 0 ? url : withQuery(url, query),
    (purpose === 'refresh' ? provider.refresh?.method : undefined) ?? provider.token_method ?? 'POST',
    renamed(provider, 'token', { ...params, ...proof.params }),
    {
      body: provider.token_body ?? 'form',
      headers: headersOf(proof.headers, filled(provider.token_headers, server.values)),
    },
  )
}

/** A refresh whose parameters are all in the data. */
function plainQuestion(place: Place, server: Server, params: Params): Question {
  const { provider } = place
  const { headers } = clientProof(clientAuthOf(place, server.authMethods), place)
  return questionOf(urlFor(server, 'refresh'), provider.refresh?.method ?? 'POST', params, {
    body: provider.token_body ?? 'form',
    headers: headersOf(headers, filled(provider.token_headers, server.values)),
  })
}

async function askForTokens(
  { asking }: Tools,
  { provider }: Place,
  question: Question,
  around: Omit<Circumstances, 'askedAt'>,
): Promise<TokenSet> {
  const askedAt = asking.clock.now()
  const answer: Answer = await ask(asking, provider.id, question)
  return readTokens(provider, answer, { ...around, askedAt })
}

/** The token of the code buys the one that is kept. */
async function exchanged(tools: Tools, place: Place, server: Server, first: TokenSet): Promise<TokenSet> {
  const { exchange } = place.provider
  if (exchange === undefined) return first
  const secrets = secretsOf(place, server, {
    access_token: first.accessToken,
    refresh_token: first.refreshToken ?? '',
  })
  const params = filled(exchange.params, secrets)
  const url = fillUrl(exchange.url, server.values)
  const second = await askForTokens(tools, place, questionOf(url, exchange.method, params), {
    secrets: [first.accessToken, first.refreshToken ?? '', secrets.client_secret],
    purpose: 'grant',
  })
  return {
    ...second,
    scopes: second.scopes ?? first.scopes,
    account: { ...first.account, ...second.account },
    learned: { ...first.learned, ...second.learned },
  }
}

/** What the provider said in the callback alone. */
function withCallback(provider: Provider, tokens: TokenSet, callback: CodeExchange['callback']): TokenSet {
  const said = (provider.callback_metadata ?? []).filter((name) => Object.hasOwn(callback, name))
  const learned = Object.fromEntries(said.map((name) => [name, callback[name] ?? '']))
  const scopes = provider.granted_scope_in === 'callback' ? scopesIn(provider, callback['scope']) : undefined
  return { ...tokens, scopes: scopes ?? tokens.scopes, learned: { ...tokens.learned, ...learned } }
}

/** RFC 9207: a code of one server is never shown to another. */
function assertSameIssuer(provider: Provider, server: Server, callback: CodeExchange['callback']): void {
  const { iss } = callback
  if (server.issuer === undefined || Object.keys(callback).length === 0) return
  if (iss === server.issuer || (iss === undefined && !server.namesItself)) return
  throw new ProviderRefusal({ provider: provider.id, code: 'issuer_differs', status: 0, isFinal: true })
}

/** What templates of parameters are filled with. */
function secretsOf({ client }: Place, server: Server, tokens: Params = {}) {
  return { ...server.values, ...tokens, client_secret: client.secret ?? '' }
}

function resourceOf({ resource }: Server): Params {
  return resource === undefined ? {} : { resource }
}
