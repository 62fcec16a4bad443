import { integrationErrors } from '../errors.ts'
import { matchesHost, parseHostRule } from '../host-rule.ts'
import { bearer, carry } from '../injection.ts'
import { textAt } from '../pointer.ts'
import type { Injection } from '../provider.ts'
import { missingScopes } from '../scopes.ts'
import { fillHost, fillUrl, namesIn, tenantValues, type Values } from '../template.ts'
import { ask, headersOf, withQuery, type Asking, type Answer, type Question } from './ask.ts'
import { ProviderRefusal, type Account, type Place, type TokenSet } from './oauth.ts'
import { filled } from './parameters.ts'
import { codeOf } from './token-answer.ts'
import type { Tools } from './tokens.ts'

/** One call with a token: the API says who it is, or something that requests will need. */
interface Call {
  url: string
  method: 'GET' | 'POST'
  headers?: Values | undefined
  body?: string | undefined
  inject?: Injection | undefined
}

/** The API is asked before the answer with the token is believed: it tells accounts apart as people do. */
export async function identify(
  { asking }: Tools,
  place: Place,
  tokens: TokenSet,
): Promise<Account | undefined> {
  const { userinfo } = place.provider
  const { id, label } = tokens.account
  const said = id === undefined ? undefined : { id, label: label ?? id }
  if (userinfo === undefined || missingScopes(userinfo.needs_scopes ?? [], tokens.scopes).length > 0)
    return said
  const answer = await callWith(asking, place, tokens, userinfo)
  const asked = textAt(answer.body, userinfo.id_pointer)
  if (asked === undefined) return said ?? refused(place, tokens, answer)
  const { label_pointer } = userinfo
  return {
    id: asked,
    label: (label_pointer === undefined ? undefined : textAt(answer.body, label_pointer)) ?? label ?? asked,
  }
}

/** In the order of the data: a later question may need what an earlier one learned. */
export async function learn({ asking }: Tools, place: Place, tokens: TokenSet): Promise<Values> {
  let learned: Values = {}
  for (const { pick, store, ...call } of place.provider.post_connect ?? []) {
    const known = { ...tokens, learned: { ...tokens.learned, ...learned } }
    const answer = await callWith(asking, place, known, { ...call, method: 'GET' })
    const value = textAt(answer.body, pick)
    if (value !== undefined) learned = { ...learned, [store]: value }
  }
  return learned
}

async function callWith(asking: Asking, place: Place, tokens: TokenSet, call: Call): Promise<Answer> {
  const answer = await ask(asking, place.provider.id, questionWith(place, tokens, call))
  return answer.status >= 200 && answer.status < 300 ? answer : refused(place, tokens, answer)
}

function questionWith(place: Place, tokens: TokenSet, call: Call): Question {
  const { provider, client } = place
  const values = {
    ...place.learned,
    ...tokens.learned,
    ...tenantValues(provider, place.tenant),
    client_id: client.id,
  }
  const url = fillUrl(call.url, values)
  if (!isOwnHost(place, call.url, url)) throw integrationErrors.tenant_invalid()
  const { headers, query } = carry(call.inject ?? provider.inject ?? bearer, { token: tokens.accessToken })
  return {
    url: withQuery(url, query === undefined ? {} : { [query.name]: query.value }),
    method: call.method,
    headers: headersOf(
      { accept: 'application/json', 'user-agent': 'Portico' },
      call.body === undefined ? undefined : { 'content-type': 'application/json' },
      filled(knownOf(provider.api_headers, values), values),
      filled(call.headers, values),
      headers,
    ),
    ...(call.body === undefined ? {} : { body: call.body }),
  }
}

/** Headers of the API may need what is only learned by these questions. */
function knownOf(headers: Values = {}, values: Values): Values {
  const isKnown = (text: string) => namesIn(text).every((name) => Object.hasOwn(values, name))
  return Object.fromEntries(Object.entries(headers).filter(([, text]) => isKnown(text)))
}

/** An answer may name the host of the next question only among those of the provider. */
function isOwnHost({ provider, tenant }: Place, template: string, url: string): boolean {
  const [, authority = ''] = /^[a-z]+:\/\/([^/?#]*)/.exec(template) ?? []
  const values = tenantValues(provider, tenant)
  if (namesIn(authority).every((name) => Object.hasOwn(values, name))) return true
  return provider.api_hosts
    .filter((rule) => namesIn(rule).every((name) => Object.hasOwn(values, name)))
    .some((rule) => matchesHost(parseHostRule(fillHost(rule, values)), new URL(url)))
}

function refused({ provider, client }: Place, tokens: TokenSet, { status, body }: Answer): never {
  const secrets = [tokens.accessToken, tokens.refreshToken ?? '', client.secret ?? '']
  throw new ProviderRefusal({
    provider: provider.id,
    code: codeOf(provider, body, secrets),
    status,
    isFinal: false,
  })
}
