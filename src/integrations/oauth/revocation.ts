import { fillUrl, tenantValues, type Values } from '../template.ts'
import type { Provider } from '../provider.ts'
import { ask, headersOf, questionOf, withQuery, type Answer, type Question } from './ask.ts'
import { ProviderSilence, type Place, type RevocationStep } from './oauth.ts'
import { clientAuthOf, clientProof, filled, renamed, type ClientAuth } from './parameters.ts'
import { serverOf } from './server.ts'
import { codeOf, meetsRule } from './token-answer.ts'
import type { Tools } from './tokens.ts'

type Revoke = NonNullable<Provider['revoke']>
type Kind = RevocationStep['token']
type Tokens = Readonly<Partial<Record<Kind, string>>>

/** Codes of answers about a token that nobody knows any more. */
const unknownToken = new Set([
  'invalid_token',
  'invalid_grant',
  'token_revoked',
  'token_expired',
  'invalid_auth',
  'account_inactive',
  'not_found',
])

/** The refresh token first: what it could still make dies with it. */
export async function revoke(tools: Tools, place: Place, tokens: Tokens): Promise<RevocationStep[] | null> {
  const { revoke: data } = place.provider
  if (data === undefined) return revokeByMetadata(tools, place, tokens)
  const kinds = kindsOf(data, tokens)
  return kinds.length === 0 ? null : steps(tools, place, { data, tokens, kinds })
}

/** RFC 7009, where the server's metadata has a place for it. */
async function revokeByMetadata(
  tools: Tools,
  place: Place,
  tokens: Tokens,
): Promise<RevocationStep[] | null> {
  const { issuer, resource } = place.provider
  if (issuer === undefined && resource === undefined) return null
  const kinds = kindsOf({ token: 'both' }, tokens)
  const server = await serverOf(tools.metadata, place).catch(() => undefined)
  if (server === undefined) return kinds.map((token) => stepOf(tools, token, 'unreachable', null))
  const { revoke: url } = server.urls
  if (url === undefined || kinds.length === 0) return null
  const auth = clientAuthOf(place, server.authMethods)
  const data: Revoke = {
    url,
    method: 'POST',
    client_auth: auth === 'basic' ? 'basic' : 'post',
    token: 'both',
    effect: 'token',
  }
  return steps(tools, place, { data, tokens, kinds })
}

function kindsOf({ token }: Pick<Revoke, 'token'>, tokens: Tokens): Kind[] {
  const wanted: Kind[] = token === 'access' || token === 'refresh' ? [token] : ['refresh', 'access']
  return wanted.filter((kind) => tokens[kind] !== undefined && tokens[kind] !== '')
}

interface Work {
  data: Revoke
  tokens: Tokens
  kinds: readonly Kind[]
}

async function steps(tools: Tools, place: Place, work: Work): Promise<RevocationStep[]> {
  const done: RevocationStep[] = []
  for (const kind of work.kinds) {
    const wasRevoked = done.some(({ outcome }) => outcome === 'revoked')
    done.push(await takeBack(tools, place, work, { kind, wasRevoked }))
  }
  return done
}

async function takeBack(
  tools: Tools,
  place: Place,
  { data, tokens }: Work,
  { kind, wasRevoked }: { kind: Kind; wasRevoked: boolean },
): Promise<RevocationStep> {
  const secrets = Object.values(tokens)
  try {
    const question = revocationQuestion(place, data, { kind, tokens })
    const answer = await ask(tools.asking, place.provider.id, question)
    return stepOf(
      tools,
      kind,
      outcomeOf(place.provider, data, answer, { secrets, wasRevoked }),
      answer.status,
    )
  } catch (error) {
    // A value that the address needs is not known, so there is nothing to be asked.
    const outcome = error instanceof ProviderSilence ? 'unreachable' : 'refused'
    return stepOf(tools, kind, outcome, null)
  }
}

function revocationQuestion(
  place: Place,
  data: Revoke,
  { kind, tokens }: { kind: Kind; tokens: Tokens },
): Question {
  const { provider, client } = place
  const token = tokens[kind] ?? ''
  const values = valuesOf(place)
  const secrets: Values = {
    ...values,
    token,
    client_secret: client.secret ?? '',
    access_token: tokens.access ?? '',
    refresh_token: tokens.refresh ?? '',
  }
  const { headers, params } = proofOf(place, data, token)
  const hasBody = data.body !== 'none' && (data.body !== undefined || data.method === 'POST')
  const usual = hasBody || data.method === 'GET' ? { token, ...hintOf(data, kind) } : {}
  const own = data.params === undefined ? usual : filled(data.params, secrets)
  const all = { ...own, ...params }
  const allHeaders = headersOf(headers, filled(data.headers, secrets))
  const url = fillUrl(data.url, { ...values, token })
  const question = questionOf(url, data.method, all, {
    body: data.body === 'json' ? 'json' : 'form',
    headers: allHeaders,
  })
  if (hasBody || data.method === 'GET') return question
  const { body: _none, ...bare } = question
  return { ...bare, url: withQuery(url, renamed(provider, 'token', all)) }
}

function valuesOf({ provider, client, tenant, learned }: Place): Values {
  return { ...learned, ...tenantValues(provider, tenant), client_id: client.id }
}

function proofOf(place: Place, { client_auth }: Revoke, token: string) {
  const { provider, client } = place
  if (client_auth === 'bearer') return { headers: { authorization: `Bearer ${token}` }, params: {} }
  if (client_auth === 'none') return { headers: {}, params: {} }
  const auth: ClientAuth = client.secret === undefined ? 'none' : client_auth
  const { headers, params } = clientProof(auth, place)
  return { headers, params: renamed(provider, 'token', params) }
}

function hintOf({ token }: Revoke, kind: Kind): Values {
  return token === 'access' || token === 'refresh' ? {} : { token_type_hint: `${kind}_token` }
}

/**
 * An unknown token is one that nobody can use, if the answer is about the token: by its code, by a challenge to the token
 * itself, or because the first call ended all of it. A bare 404 of an address that moved is none.
 */
function outcomeOf(
  provider: Provider,
  data: Revoke,
  answer: Answer,
  { secrets, wasRevoked }: { secrets: readonly string[]; wasRevoked: boolean },
): RevocationStep['outcome'] {
  const { status, body } = answer
  const isFine = data.success?.includes(status) ?? (status >= 200 && status < 300)
  const isSaid = provider.success === undefined || body === undefined || meetsRule(provider, body)
  if (isFine && isSaid) return 'revoked'
  if (unknownToken.has(codeOf(provider, body, secrets))) return 'unknown_already'
  if (status === 401 && data.client_auth === 'bearer') return 'unknown_already'
  if (status === 404 && (data.method === 'DELETE' || wasRevoked)) return 'unknown_already'
  return status === 400 && wasRevoked ? 'unknown_already' : 'refused'
}

function stepOf(
  { asking }: Tools,
  token: Kind,
  outcome: RevocationStep['outcome'],
  status: number | null,
): RevocationStep {
  return { token, outcome, status, at: new Date(asking.clock.now()).toISOString() }
}
