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

/** Every text of an entry that is filled in, or called as a URL. */
export function templatesOf(entry: Provider): Template[] {
  const before = [...(entry.tenant === undefined ? [] : [entry.tenant.var]), 'client_id']
  const after = [...before, ...learnedNames(entry)]
  return [
    ...urls(entry, before, ['authorize_url', 'issuer', 'resource', 'device_url']),
    ...urls(
      entry,
      [...before, ...(entry.callback_metadata ?? [])],
      ['token_url', 'refresh_url', 'introspect_url'],
    ),
    ...urls(entry, after, ['api_base']),
    ...pages(entry),
    ...(entry.api_hosts.map((text, index) => ({
      path: `api_hosts.${index}`,
      text,
      kind: 'host',
      names: after,
    })) as Template[]),
    ...texts('api_headers', entry.api_headers, after),
    ...texts('authorize_params', entry.authorize_params, before),
    ...texts('token_headers', entry.token_headers, before),
    ...texts('token_params', entry.token_params, [...after, 'client_secret']),
    ...texts('refresh_params', entry.refresh_params, [...after, 'client_secret']),
    ...texts('refresh.params', entry.refresh?.params, [
      ...after,
      'client_secret',
      'refresh_token',
      'access_token',
    ]),
    ...calls(entry, after),
    ...revocation(entry, after),
    ...keyTexts(entry, before),
  ]
}

type UrlField =
  | 'authorize_url'
  | 'issuer'
  | 'resource'
  | 'device_url'
  | 'token_url'
  | 'refresh_url'
  | 'introspect_url'
  | 'api_base'

function urls(entry: Provider, names: readonly string[], fields: readonly UrlField[]): Template[] {
  return fields.flatMap((path) => url(path, entry[path], names))
}

function calls(
  { registration, exchange, post_connect, userinfo }: Provider,
  names: readonly string[],
): Template[] {
  return [
    ...url('registration.url', registration?.url, names),
    ...url('exchange.url', exchange?.url, names),
    ...texts('exchange.params', exchange?.params, [...names, 'client_secret', 'access_token']),
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
  ]
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
