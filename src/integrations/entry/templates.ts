import type { Provider } from '../provider.ts'

/** A text of an entry that is filled in, and the names that it may hold. */
export interface Template {
  path: string
  text: string
  /** `page`: people go there with a browser. */
  kind: 'url' | 'page' | 'host' | 'text'
  names: readonly string[]
}

/** What the answer with the token has a place for; any other name in `token_response` is something learned. */
const places = ['access_token', 'refresh_token', 'expires_in', 'scope', 'account', 'label']

/** The names that are known once somebody has connected, beside those of the tenant. */
export function learnedNames({
  token_response: answer,
  callback_metadata,
  post_connect,
}: Provider): string[] {
  return [
    ...Object.keys(answer ?? {}).filter((name) => !places.includes(name)),
    ...(callback_metadata ?? []),
    ...(post_connect ?? []).map(({ store }) => store),
  ]
}

/**
 * Every text of an entry that is filled in, or called as a URL, with the names that are known at that moment: before
 * somebody has connected those of the tenant and the client, afterwards what was learned, too.
 */
export function templatesOf(entry: Provider): Template[] {
  const tenant = entry.tenant === undefined ? [] : [entry.tenant.var]
  const before = [...tenant, 'client_id']
  const learned = learnedNames(entry)
  return [
    ...urls(entry, before),
    ...pages(entry),
    ...tokenTexts(entry, before),
    ...apiTexts(entry, [...tenant, ...learned]),
    ...texts('api_headers', entry.api_headers, [...before, ...learned]),
    ...calls(entry, [...before, ...learned]),
    ...revocation(entry, [...before, ...learned]),
    ...keyTexts(entry, tenant),
  ]
}

const addresses = ['authorize_url', 'issuer', 'resource', 'device_url', 'token_url', 'refresh_url'] as const

function urls(entry: Provider, names: readonly string[]): Template[] {
  const { registration, exchange } = entry
  return [
    ...addresses.flatMap((path) => url(path, entry[path], names)),
    ...url('registration.url', registration?.url, names),
    ...url('exchange.url', exchange?.url, names),
  ]
}

/** What is said to get tokens. */
function tokenTexts(entry: Provider, names: readonly string[]): Template[] {
  const secret = [...names, 'client_secret']
  return [
    ...texts('authorize_params', entry.authorize_params, names),
    ...texts('token_headers', entry.token_headers, names),
    ...texts('token_params', entry.token_params, secret),
    ...texts('refresh_params', entry.refresh_params, [...secret, 'refresh_token', 'access_token']),
    ...texts('refresh.params', entry.refresh?.params, [...secret, 'refresh_token', 'access_token']),
    ...texts('exchange.params', entry.exchange?.params, [...secret, 'refresh_token', 'access_token']),
  ]
}

function apiTexts({ api_base, api_hosts }: Provider, names: readonly string[]): Template[] {
  const hosts = api_hosts.map((text, index): Template => ({
    path: `api_hosts.${index}`,
    text,
    kind: 'host',
    names,
  }))
  return [...url('api_base', api_base, names), ...hosts]
}

function calls({ post_connect, userinfo }: Provider, names: readonly string[]): Template[] {
  return [
    ...(post_connect ?? []).flatMap((step, index) => [
      ...url(`post_connect.${index}.url`, step.url, names),
      ...texts(`post_connect.${index}.headers`, step.headers, names),
    ]),
    ...url('userinfo.url', userinfo?.url, names),
    ...texts('userinfo.headers', userinfo?.headers, names),
  ]
}

function revocation({ revoke }: Provider, names: readonly string[]): Template[] {
  const secrets = [...names, 'token', 'access_token', 'refresh_token', 'client_secret']
  return [
    ...url('revoke.url', revoke?.url, [...names, 'token']),
    ...texts('revoke.headers', revoke?.headers, secrets),
    ...texts('revoke.params', revoke?.params, secrets),
  ]
}

/** With a key comes nothing that was learned. */
function keyTexts({ api_key }: Provider, names: readonly string[]): Template[] {
  return [
    ...url('api_key.verify.url', api_key?.verify?.url, names),
    ...texts('api_key.verify.headers', api_key?.verify?.headers, names),
    ...texts('api_key.verify', bodyOf(api_key?.verify), names),
  ]
}

function bodyOf(call: { body?: string } | undefined): Record<string, string> {
  return call?.body === undefined ? {} : { body: call.body }
}

function pages({ register_url, manage_url, api_key, user_password }: Provider): Template[] {
  const found = {
    register_url,
    manage_url,
    'api_key.help_url': api_key?.help_url,
    'user_password.help_url': user_password?.help_url,
  }
  return Object.entries(found).flatMap(([path, text]) =>
    text === undefined ? [] : [{ path, text, kind: 'page', names: [] }],
  )
}

function url(path: string, text: string | undefined, names: readonly string[]): Template[] {
  return text === undefined ? [] : [{ path, text, kind: 'url', names }]
}

function texts(
  path: string,
  values: Record<string, string> | undefined,
  names: readonly string[],
): Template[] {
  return Object.entries(values ?? {}).map(([key, text]) => ({
    path: `${path}.${key}`,
    text,
    kind: 'text',
    names,
  }))
}
