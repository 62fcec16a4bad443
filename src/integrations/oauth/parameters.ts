import type { Provider } from '../provider.ts'
import { integrationErrors } from '../errors.ts'
import { isScope, unionOf } from '../scopes.ts'
import { fillText, type Values } from '../template.ts'
import type { Place } from './oauth.ts'

export type Params = Readonly<Record<string, string>>

/** Parameters as this provider calls them, without those that it does not take. */
export function renamed(provider: Provider, where: 'authorize' | 'token', params: Params): Params {
  const pairs = Object.entries(params).filter(([name]) => provider.omit_params?.includes(name) !== true)
  return Object.fromEntries(pairs.map(([name, value]) => [nameOf(provider, where, name), value]))
}

export function nameOf({ param_names = {} }: Provider, where: 'authorize' | 'token', name: string): string {
  return param_names[`${where}.${name}`] ?? param_names[name] ?? name
}

export function filled(templates: Params | undefined, values: Values): Params {
  const pairs = Object.entries(templates ?? {})
  return Object.fromEntries(pairs.map(([name, template]) => [name, fillText(template, values)]))
}

/** Undefined: the provider has none, or none are wanted. Throws `scopes_invalid`. */
export function scopeText(provider: Provider, scopes: readonly string[]): string | undefined {
  const { scope_separator: separator = ' ', offline_scopes = [] } = provider
  if (separator === null) return undefined
  const all = unionOf(scopes, offline_scopes)
  if (all.some((scope) => !isScope(scope) || scope.includes(separator)))
    throw integrationErrors.scopes_invalid()
  return all.length === 0 ? undefined : all.join(separator)
}

/** How the client proves who it is. */
export type ClientAuth = 'basic' | 'post' | 'query' | 'none'

/**
 * Where data says nothing, metadata does, and without that Basic, which every server must take (RFC 6749, 2.3.1). Where
 * both work it is the body: a secret is written there in one way only.
 */
export function clientAuthOf(
  { provider, client }: Pick<Place, 'provider' | 'client'>,
  supported: readonly string[] | undefined,
): ClientAuth {
  if (client.secret === undefined) return 'none'
  const { token_auth } = provider
  if (token_auth === 'basic_or_post') return 'post'
  if (token_auth === 'basic_or_none') return 'basic'
  if (token_auth !== undefined) return token_auth
  const takesBasic = supported?.includes('client_secret_basic') ?? true
  return takesBasic || supported?.includes('client_secret_post') !== true ? 'basic' : 'post'
}

/** What a request carries so that the provider knows the client. */
export function clientProof(auth: ClientAuth, { client }: Pick<Place, 'client'>) {
  const id = { client_id: client.id }
  const both = client.secret === undefined ? id : { ...id, client_secret: client.secret }
  return {
    headers: auth === 'basic' ? { authorization: basicOf(client.id, client.secret ?? '') } : {},
    params: auth === 'post' ? both : auth === 'none' ? id : {},
    query: auth === 'query' ? both : {},
  }
}

/**
 * Encoded first (RFC 6749, 2.3.1), but without the encoding of `-`, `_` and `.`, which a form does not need and which
 * providers that forget to decode would take for a part of the id.
 */
export function basicOf(id: string, secret: string): string {
  const pair = `${encodeURIComponent(id)}:${encodeURIComponent(secret)}`
  return `Basic ${Buffer.from(pair).toString('base64')}`
}
