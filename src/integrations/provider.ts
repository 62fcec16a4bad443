import { Type, type Static, type TObject } from 'typebox'

/**
 * A provider: a service at which people have accounts that they can lend. One file of data each in `providers/`, the
 * same words in portico.yaml; a field that is not known here is refused. What cannot be said in these words (signed
 * requests, installation pages, scripts) is not supported.
 *
 * URLs, hosts and header values may hold `{name}`: a tenant variable, something learned at connecting, `{client_id}`;
 * and, only where a comment says so, `{token}`, `{access_token}`, `{refresh_token}`, `{client_secret}`. Pointers are
 * those of RFC 6901, into the JSON of an answer.
 */
export type Provider = Static<typeof providerSchema>

const closed = { additionalProperties: false }
const text = Type.String({ minLength: 1, maxLength: 2_000 })
const pointer = Type.String({ pattern: '^(/[^/]*)+$', maxLength: 200 })
const url = Type.String({ pattern: '^https?://[^\\s]+$', maxLength: 2_000 })
const name = Type.String({ pattern: '^[A-Za-z0-9_.-]+$', maxLength: 100 })
const date = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })
const values = Type.Record(Type.String(), Type.String({ maxLength: 2_000 }))
const seconds = Type.Integer({ minimum: 0 })
const object = <T extends Parameters<typeof Type.Object>[0]>(fields: T): TObject<T> =>
  Type.Object(fields, closed)

/**
 * How the secret travels with a request; `format` has `{token}`. Basic: `{token}` in one of the two. Of `user_password`
 * with `{username}` and `{password}` in their places.
 */
const injection = Type.Union([
  object({ header: name, format: text }),
  object({ query: name }),
  object({ basic: object({ username: Type.String(), password: Type.String() }) }),
])
export type Injection = Static<typeof injection>

const tenant = object({
  var: name,
  /** What people are asked for. */
  label: text,
  example: Type.Optional(text),
  /** Anchored; the value is checked against it, and the URL that it makes is checked once more as a URL. */
  pattern: Type.String({ pattern: '^\\^.*\\$$' }),
  default: Type.Optional(text),
  values: Type.Optional(Type.Array(text)),
})

const identityCall = object({
  url,
  method: Type.Enum(['GET', 'POST']),
  /** Beside the injection of the token; `{client_id}` allowed. */
  headers: Type.Optional(values),
  body: Type.Optional(text),
  /** Where this one call wants the token otherwise. */
  inject: Type.Optional(injection),
  id_pointer: pointer,
  label_pointer: Type.Optional(pointer),
  needs_scopes: Type.Optional(Type.Array(text)),
})

const oauthFields = {
  grants: Type.Optional(
    Type.Array(Type.Enum(['authorization_code', 'refresh_token', 'device_code', 'client_credentials'])),
  ),
  /** Of an authorization server whose metadata (RFC 8414) is read instead of the URLs below. */
  issuer: Type.Optional(url),
  /** RFC 8707, sent with authorization and token requests; metadata by RFC 9728 where `issuer` is absent. */
  resource: Type.Optional(url),
  /** A client is registered by itself where none is configured (RFC 7591). */
  registration: Type.Optional(object({ url: Type.Optional(url) })),
  authorize_url: Type.Optional(url),
  token_url: Type.Optional(url),
  refresh_url: Type.Optional(url),
  device_url: Type.Optional(url),
  pkce: Type.Optional(Type.Enum(['required', 'supported', 'tolerated', 'avoid'])),
  token_auth: Type.Optional(Type.Enum(['basic', 'post', 'basic_or_post', 'query', 'none', 'basic_or_none'])),
  token_method: Type.Optional(Type.Enum(['POST', 'GET'])),
  token_body: Type.Optional(Type.Enum(['form', 'json'])),
  token_headers: Type.Optional(values),
  /** More parameters of the request for a token; `{client_id}`, `{client_secret}` allowed. */
  token_params: Type.Optional(values),
  authorize_params: Type.Optional(values),
  refresh_params: Type.Optional(values),
  /** Other names of parameters: `client_id` everywhere, `token.client_id` and `authorize.client_id` in one place. */
  param_names: Type.Optional(values),
  omit_params: Type.Optional(Type.Array(name)),
  /** Null: the provider has no scopes. */
  scope_separator: Type.Optional(Type.Union([Type.String({ minLength: 1, maxLength: 1 }), Type.Null()])),
  /** Another name of `scope` at the authorization endpoint, such as `user_scope`. */
  scope_param: Type.Optional(name),
  default_scopes: Type.Optional(Type.Array(text)),
  /** Asked for beside any others, so that there is a refresh token. */
  offline_scopes: Type.Optional(Type.Array(text)),
  /** What a person can be told of a scope. */
  scope_labels: Type.Optional(values),
  granted_scope_in: Type.Optional(Type.Enum(['token', 'callback'])),
  callback_code_param: Type.Optional(name),
  /** Parameters of the callback that are kept as learned. */
  callback_metadata: Type.Optional(Type.Array(name)),
  /** What makes an answer a success beside HTTP 2xx and an access token. */
  success: Type.Optional(
    object({
      pointer,
      equals: Type.Optional(Type.Union([Type.String(), Type.Number(), Type.Boolean()])),
      absent: Type.Optional(Type.Literal(true)),
    }),
  ),
  /** Where an answer that failed has its code, when not at `/error`. */
  error_pointer: Type.Optional(pointer),
  /**
   * Where the answer has what, when not in its usual place: `access_token`, `refresh_token`, `expires_in`, `scope`;
   * `account` and `label` say who it is; other names are kept as learned.
   * What has no pointer is looked for beside the access token, wherever that is.
   */
  token_response: Type.Optional(Type.Record(name, pointer)),
  expires: Type.Optional(
    object({
      pointer,
      /** `seconds` 0: never. */
      format: Type.Enum(['seconds', 'epoch_s', 'epoch_ms', 'iso8601']),
    }),
  ),
  access_ttl_s: Type.Optional(Type.Union([seconds, Type.Null()])),
  refresh: Type.Optional(
    object({
      rotation: Type.Enum(['rotates', 'static', 'may_rotate', 'configurable', 'none', 'unknown']),
      /** How long an unused refresh token lives. */
      refresh_ttl_s: Type.Optional(Type.Union([seconds, Type.Null()])),
      refresh_ttl_pointer: Type.Optional(pointer),
      method: Type.Optional(Type.Enum(['GET', 'POST'])),
      /** All parameters of the request, where they are not the usual ones; secrets allowed. */
      params: Type.Optional(values),
      /** Codes that mean, beside `invalid_grant`, that the refresh token will never work again. */
      dead: Type.Optional(Type.Array(text)),
      note: Type.Optional(text),
    }),
  ),
  /** A second step that turns the token of the code into the one that is kept; secrets allowed in `params`. */
  exchange: Type.Optional(object({ url, method: Type.Enum(['GET', 'POST']), params: values })),
  /** A question after connecting whose answer requests need: `pick` is kept as learned `store`. */
  post_connect: Type.Optional(
    Type.Array(
      object({
        url,
        pick: pointer,
        store: name,
        headers: Type.Optional(values),
        inject: Type.Optional(injection),
        note: Type.Optional(text),
      }),
    ),
  ),
  userinfo: Type.Optional(identityCall),
  /** Absent: the provider has no way, and people are sent to `manage_url`. */
  revoke: Type.Optional(
    object({
      /** `{token}` allowed. */
      url,
      method: Type.Enum(['POST', 'DELETE', 'GET']),
      client_auth: Type.Enum(['none', 'basic', 'post', 'bearer']),
      /** Header values, where `client_auth` says it otherwise; secrets allowed. */
      headers: Type.Optional(values),
      body: Type.Optional(Type.Enum(['form', 'json', 'none'])),
      /** Names and values of the body; `{token}` and secrets allowed. Left out: `token` and, of two, `token_type_hint`. */
      params: Type.Optional(values),
      token: Type.Enum(['access', 'refresh', 'both', 'access_or_refresh']),
      /** `grant`: all that the person allowed this client ends with it. */
      effect: Type.Enum(['token', 'grant']),
      /** HTTP statuses; left out: 2xx. That a token is unknown (400, 404 after a first call) counts too. */
      success: Type.Optional(Type.Array(Type.Integer())),
    }),
  ),
}

export const providerSchema = object({
  id: Type.String({ pattern: '^[a-z][a-z0-9-]{0,39}$' }),
  name: text,
  category: Type.Enum([
    'ai',
    'business',
    'chat',
    'commerce',
    'content',
    'design',
    'dev',
    'generic',
    'identity',
    'marketing',
    'productivity',
    'search',
    'social',
    'storage',
    'suite',
    'support',
    'wellbeing',
  ]),
  /** Other words by which people search for it. */
  aliases: Type.Optional(Type.Array(text)),
  /** Where an operator registers a client, and what to know there. */
  register_url: Type.Optional(url),
  register_note: Type.Optional(text),
  /** Where a person ends the access by themselves. */
  manage_url: Type.Optional(url),
  /** The only hosts to which a credential may travel: exact, or `*.example.com`. Empty: each credential names its own. */
  api_hosts: Type.Array(Type.String({ minLength: 1, maxLength: 253 })),
  /** What `/proxy/{id}/` stands for; left out: `https://` and the first host. An origin that was learned whole: `https://{name}/`. */
  api_base: Type.Optional(url),
  /** Sent with requests that do not say otherwise. */
  api_headers: Type.Optional(values),
  /** Requests that only read although their method writes, as `METHOD /path/*`: the path of the URL, `*` within one part. */
  reads: Type.Optional(Type.Array(text)),
  /** Of access tokens, and of keys that say nothing else; left out: `Authorization: Bearer {token}`. */
  inject: Type.Optional(injection),
  tenant: Type.Optional(tenant),
  ...oauthFields,
  api_key: Type.Optional(
    object({
      /** What the service calls it. */
      label: text,
      /** Where people find theirs. */
      help_url: Type.Optional(url),
      inject: injection,
      /** A whole key looks like this; a mistake is shown at once. */
      pattern: Type.Optional(text),
      /** A cheap call that proves a key; the account is read from its answer. */
      verify: Type.Optional(
        object({
          url,
          method: Type.Enum(['GET', 'POST']),
          headers: Type.Optional(values),
          body: Type.Optional(text),
          id_pointer: Type.Optional(pointer),
          label_pointer: Type.Optional(pointer),
        }),
      ),
    }),
  ),
  user_password: Type.Optional(
    /** `inject` left out: Basic. */
    object({ label: Type.Optional(text), inject: Type.Optional(injection), help_url: Type.Optional(url) }),
  ),
  host_scoped: Type.Optional(Type.Literal(true)),
  /** What the above was taken from. */
  evidence: Type.Array(text, { minItems: 1 }),
  checked_on: date,
  confidence: Type.Enum(['high', 'medium', 'low']),
  /** Fields that rest on one weak source. */
  unverified: Type.Optional(Type.Array(text)),
  /** Announced ends of what this entry uses: a test fails 90 days before, unless `handled` says what was done. */
  sunset: Type.Optional(Type.Array(object({ on: date, what: text, handled: Type.Optional(text) }))),
  notes: Type.Optional(Type.Array(text)),
})

/** What an operator adds: the client that was registered at the provider. */
export interface OAuthClient {
  id: string
  /** Undefined: a public client. */
  secret: string | undefined
}

/** Which of the four types of credential a provider takes. */
export function supports(provider: Provider) {
  return {
    oauth:
      provider.authorize_url !== undefined ||
      provider.issuer !== undefined ||
      provider.resource !== undefined ||
      provider.token_url !== undefined,
    apiKey: provider.api_key !== undefined,
    userPassword: provider.user_password !== undefined,
    hostScoped: provider.host_scoped === true,
  }
}

/** Whether refresh tokens must be taken for ones that work once: the safe reading where nobody knows. */
export function mayRotate({ refresh }: Provider): boolean {
  return refresh !== undefined && refresh.rotation !== 'static' && refresh.rotation !== 'none'
}
