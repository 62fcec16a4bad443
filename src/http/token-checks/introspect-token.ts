import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { isIP } from 'node:net'
import { Type } from 'typebox'
import { GatewayError } from '../../lib/errors.ts'
import type { Ask, Tokens, Verdict } from '../../tokens/tokens.ts'
import { httpErrors } from '../errors.ts'
import { answers } from '../schemas.ts'
import type { App } from '../types.ts'
import { workspaceOfAsker } from './asker.ts'
import { clientCredentialOf } from './credential.ts'
import { Introspection } from './schemas.ts'

const json = ['content-type', 'application/json; charset=utf-8', 'pragma', 'no-cache'] as const

/**
 * The same question in the words of OAuth (RFC 7662), for resource servers that know those already. What they do not
 * let in for any reason is not active.
 */
export function introspectToken(app: App, tokens: Pick<Tokens, 'checkAt'>, publicUrl: string): void {
  const { hot } = app
  const answer = async (request: IncomingMessage, response: ServerResponse, caller: string, text: string) => {
    const from = hot.addressOf(request)
    const { secret, address } = read(request.headers, text)
    const isOwn = secret === caller
    const ask: Ask = isOwn ? {} : { workspaceId: await workspaceOfAsker(tokens, caller, from) }
    const where = address ?? (isOwn ? from : undefined)
    if (where !== undefined) ask.address = where
    const verdict = await tokens.checkAt('introspect', secret, ask, where ?? from)
    hot.send(response, 200, json, JSON.stringify(introspectionOf(verdict, publicUrl)))
  }
  const refuse = (response: ServerResponse, error: unknown) => {
    const isUnknown = error instanceof GatewayError && error.status === 401
    hot.refuse(response, error, isUnknown ? challenges : [])
  }
  hot.add({
    methods: ['POST'],
    url: '/oauth/introspect',
    schema: {
      summary:
        'Whether an API token is active, by RFC 7662; asked by a token with VERIFY_TOKENS, or by itself',
      tags: ['API tokens'],
      consumes: ['application/x-www-form-urlencoded'],
      body: Type.Object({
        token: Type.String(),
        token_type_hint: Type.Optional(Type.String({ description: 'Not looked at.' })),
        address: Type.Optional(Type.String({ description: 'From where the secret came to you.' })),
      }),
      response: answers({ 200: Introspection }, [400, 401, 403, 413, 415, 503]),
    },
    answer(request, response) {
      try {
        const caller = clientCredentialOf(request.headers)
        hot.readBody(request, response, (text) =>
          answer(request, response, caller, text).catch((error: unknown) => refuse(response, error)),
        )
      } catch (error) {
        refuse(response, error)
      }
    },
  })
}

const challenges = [
  'www-authenticate',
  'Basic realm="portico"',
  'www-authenticate',
  'Bearer realm="portico"',
] as const

/** Parameters that are not known are passed over, as OAuth wants it; none may come twice. */
function read(headers: IncomingHttpHeaders, text: string): { secret: string; address: string | undefined } {
  if (!/^application\/x-www-form-urlencoded *(;|$)/i.test(headers['content-type'] ?? ''))
    throw httpErrors.media_type_unsupported({ detail: 'Send the body as application/x-www-form-urlencoded.' })
  const form = new URLSearchParams(text)
  const [secret, ...others] = form.getAll('token')
  if (secret === undefined || secret === '' || others.length > 0) throw malformed('Send one token.')
  const [address, ...further] = form.getAll('address')
  if (further.length > 0 || (address !== undefined && isIP(address) === 0))
    throw malformed('An address is an IP address.')
  return { secret, address }
}

/** With the word of RFC 6749 (5.2) beside ours. */
function malformed(detail: string): GatewayError {
  return httpErrors.request_malformed({ detail, members: { error: 'invalid_request' } })
}

function introspectionOf({ code, token, permissions, expiresAt }: Verdict, publicUrl: string) {
  if (code !== 'VALID' || token === undefined) return { active: false }
  return {
    active: true,
    scope: permissions.join(' '),
    client_id: token.id,
    username: token.user.name,
    token_type: 'Bearer',
    ...(expiresAt !== null && { exp: Math.floor(expiresAt / 1000) }),
    sub: token.user.id,
    iss: publicUrl,
    token_id: token.id,
    token_name: token.name,
    workspace_id: token.workspaceId,
    agent_id: token.agent,
    type: token.type,
    environment: token.environment,
    metadata: token.metadata,
  }
}
