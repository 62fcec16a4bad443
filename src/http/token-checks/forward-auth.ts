import type { IncomingMessage, ServerResponse } from 'node:http'
import { Type } from 'typebox'
import { GatewayError } from '../../lib/errors.ts'
import type { Ask, Tokens, Verdict } from '../../tokens/tokens.ts'
import { httpErrors } from '../errors.ts'
import { answers } from '../schemas.ts'
import type { App } from '../types.ts'
import { after } from './asker.ts'
import { credentialOf } from './credential.ts'
import { identityHeadersOf } from './identity-headers.ts'
import { refusalOf } from './refusal.ts'

const methods = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
/** Questions are of proxies' configurations, so there are few, and short ones. */
const remembered = 1_000
const rememberedSize = 1_000

/** A proxy asks whether the request that it holds may go on. The body, if there is one, is not read. */
export function forwardAuth(app: App, tokens: Pick<Tokens, 'checkAt'>): void {
  const { hot } = app
  const asks = new Map<string, Ask>()
  const askOf = (url: string) => {
    const query = url.slice(url.indexOf('?') + 1)
    const known = asks.get(query)
    if (known !== undefined) return known
    const ask = readAsk(new URLSearchParams(url.includes('?') ? query : ''))
    if (asks.size >= remembered) asks.clear()
    if (query.length <= rememberedSize) asks.set(query, ask)
    return ask
  }
  const refuse = (response: ServerResponse, error: unknown, ask: Ask) => {
    const challenge = error instanceof GatewayError ? challengeOf(error, ask) : undefined
    hot.refuse(response, error, challenge === undefined ? [] : ['www-authenticate', challenge])
  }
  const judge = (response: ServerResponse, verdict: Verdict, ask: Ask) => {
    const refusal = refusalOf(verdict, ask)
    if (refusal === undefined) hot.send(response, 200, identityHeadersOf(verdict), '')
    else refuse(response, refusal, ask)
  }
  const answer = (request: IncomingMessage, response: ServerResponse): void | Promise<void> => {
    const wanted = askOf(request.url ?? '')
    try {
      const address = hot.addressOf(request)
      const ask = address === undefined ? wanted : { ...wanted, address }
      const verdict = tokens.checkAt('forward-auth', credentialOf(request.headers), ask, address)
      return after(verdict, (one) => judge(response, one, ask))
    } catch (error) {
      refuse(response, error, wanted)
      return
    }
  }
  hot.add({
    methods,
    url: '/forward-auth',
    schema: {
      summary: 'Whether a request may go on, for proxies: identity in headers, the body is not read',
      tags: ['API tokens'],
      querystring: Type.Object({
        type: Type.Optional(Type.String()),
        agent: Type.Optional(Type.String()),
        permission: Type.Optional(Type.Array(Type.String(), { description: 'All of them are needed.' })),
      }),
      response: answers({ 200: Type.Null() }, [401, 403, 429, 503]),
    },
    answer,
  })
}

/** What is not known is refused: a mistake in a proxy's configuration must not open anything. */
function readAsk(query: URLSearchParams): Ask {
  const refuse = (name: string, message: string): never => {
    throw httpErrors.validation_failed({ members: { errors: [{ path: `/query/${name}`, message }] } })
  }
  const ask: Ask = {}
  for (const [name, value] of query) {
    if (value === '') refuse(name, 'must not be empty')
    if (name === 'permission') ask.permissions = [...(ask.permissions ?? []), value]
    else if (name !== 'type' && name !== 'agent') refuse(name, 'is not known here')
    else if (ask[name] === undefined) ask[name] = value
    else refuse(name, 'must be given once')
  }
  return ask
}

/** RFC 6750, 3: without an error where no credential came at all. */
function challengeOf({ status, code }: GatewayError, { permissions = [] }: Ask): string | undefined {
  if (code === 'bearer_missing') return 'Bearer realm="portico"'
  if (status === 401) return 'Bearer error="invalid_token"'
  if (status !== 403) return undefined
  const scope = permissions.join(' ')
  const named = /^[\x20\x21\x23-\x5B\x5D-\x7E]+$/.test(scope) ? `, scope="${scope}"` : ''
  return `Bearer error="insufficient_scope"${named}`
}
