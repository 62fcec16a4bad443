import type { Provider } from '../provider.ts'
import type { Asked, Said } from './answering-server.ts'

/** A dialect: what a catalogue entry says of it, and how its server answers. */
export interface Shape {
  data(url: string): Partial<Provider>
  answer(asked: Asked): Said
}

/** All that must never be told holds this word; so does what the servers add in their own words. */
export const hush = 'HUSHED'
export const shapeClient = { id: 'client-1', secret: `${hush}/client+secret=` }
export const goodCode = `${hush}-good-code`
export const goodRefresh = `${hush}-good-refresh`
export const access = `${hush}-access`
export const nextRefresh = `${hush}-next-refresh`
const words = `${hush}: the code, token and secret that you sent were`

const endpoints = (url: string) => ({ authorize_url: `${url}/authorize`, token_url: `${url}/token` })
const isClient = (id: string | undefined, secret: string | undefined) =>
  id === shapeClient.id && secret === shapeClient.secret
const inBody = ({ body }: Asked) => isClient(body['client_id'], body['client_secret'])
/** What is presented, if it is what the server gave out. */
const isGood = ({ code, refresh_token }: Readonly<Record<string, string>>) =>
  code === goodCode || refresh_token === goodRefresh
const refused = (status: number, body: unknown): Said => ({ status, body })
const pair = { access_token: access, refresh_token: nextRefresh, token_type: 'bearer' }

export const shapes = {
  /** Answers with a form, also with errors, and those with 200. */
  github: {
    data: (url) => ({ ...endpoints(url), token_auth: 'basic_or_post' }),
    answer(asked) {
      const error = inBody(asked) ? 'bad_verification_code' : 'incorrect_client_credentials'
      const isFine = inBody(asked) && isGood(asked.body)
      const form = isFine
        ? { access_token: access, scope: 'repo,read:user', token_type: 'bearer' }
        : { error, error_description: words, error_uri: 'https://example.com/' }
      return {
        headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
        body: new URLSearchParams(form).toString(),
      }
    },
  },
  /** `ok`, and two tokens in one answer. */
  slack: {
    data: (url) => ({
      ...endpoints(url),
      token_auth: 'basic',
      scope_separator: ',',
      scope_param: 'user_scope',
      success: { pointer: '/ok', equals: true },
      token_response: { access_token: '/authed_user/access_token', account: '/team/id', label: '/team/name' },
      refresh: { rotation: 'rotates', dead: ['invalid_refresh_token'] },
    }),
    answer({ basic, body }) {
      if (!isClient(basic?.id, basic?.secret)) return refused(200, { ok: false, error: 'bad_client_secret' })
      if (!isGood(body)) {
        const error = body['refresh_token'] === undefined ? 'invalid_code' : 'invalid_refresh_token'
        return refused(200, { ok: false, error, warning: words, access_token: access })
      }
      const user = { ...pair, token_type: 'user', scope: 'search:read,users:read', expires_in: 43_200 }
      if (body['refresh_token'] !== undefined) return { body: { ok: true, ...user } }
      const bot = { access_token: `${hush}-bot`, refresh_token: `${hush}-bot-refresh`, expires_in: 1 }
      return {
        body: { ok: true, ...bot, team: { id: 'T1', name: 'Acme' }, authed_user: { id: 'U1', ...user } },
      }
    },
  },
  /** JSON with Basic; the workspace in the answer; no scopes, no expiry. */
  notion: {
    data: (url) => ({
      ...endpoints(url),
      token_auth: 'basic',
      token_body: 'json',
      scope_separator: null,
      token_response: { account: '/workspace_id', label: '/workspace_name', bot_id: '/bot_id' },
    }),
    answer({ basic, body, isJson }) {
      if (!isClient(basic?.id, basic?.secret)) return refused(401, { error: 'invalid_client' })
      if (!isJson || !isGood(body)) return refused(400, { error: 'invalid_grant', error_description: words })
      return { body: { ...pair, workspace_id: 'w1', workspace_name: 'Acme', bot_id: 'b1', duplicated: null } }
    },
  },
  /** The moment of expiry in seconds; scopes in the callback alone; codes of errors in a list. */
  strava: {
    data: (url) => ({
      ...endpoints(url),
      token_auth: 'post',
      scope_separator: ',',
      granted_scope_in: 'callback',
      expires: { pointer: '/expires_at', format: 'epoch_s' },
      token_response: { account: '/athlete/id' },
    }),
    answer(asked) {
      if (!inBody(asked) || !isGood(asked.body))
        return refused(400, { message: words, errors: [{ resource: 'AuthorizationCode', code: 'invalid' }] })
      return { body: { ...pair, expires_at: 1_900_000_000, expires_in: 21_600, athlete: { id: 42 } } }
    },
  },
  /** The moment of expiry as a date; JSON with the secret in it. */
  square: {
    data: (url) => ({
      ...endpoints(url),
      token_auth: 'post',
      token_body: 'json',
      expires: { pointer: '/expires_at', format: 'iso8601' },
      error_pointer: '/type',
      token_response: { account: '/merchant_id' },
    }),
    answer(asked) {
      if (!asked.isJson || !inBody(asked) || !isGood(asked.body))
        return refused(401, { message: words, type: 'service.not_authorized' })
      return { body: { ...pair, expires_at: '2030-01-02T03:04:05Z', merchant_id: 'm1' } }
    },
  },
  /** `expires_in: 0` is never. */
  mailchimp: {
    data: (url) => ({ ...endpoints(url), token_auth: 'post', scope_separator: null }),
    answer(asked) {
      if (!inBody(asked) || !isGood(asked.body))
        return refused(400, { error: 'invalid_grant', error_description: words })
      return { body: { access_token: access, expires_in: 0, scope: null } }
    },
  },
  /** Scopes with commas. */
  todoist: {
    data: (url) => ({ ...endpoints(url), token_auth: 'post', scope_separator: ',' }),
    answer(asked) {
      if (!inBody(asked) || !isGood(asked.body)) return refused(400, { error: 'bad_authorization_code' })
      return { body: { access_token: access, token_type: 'Bearer' } }
    },
  },
  /** Everything has another name. */
  dingtalk: {
    data: (url) => ({
      ...endpoints(url),
      token_auth: 'post',
      token_body: 'json',
      param_names: {
        'token.client_id': 'clientId',
        'token.client_secret': 'clientSecret',
        'token.grant_type': 'grantType',
        'token.refresh_token': 'refreshToken',
      },
      omit_params: ['redirect_uri'],
      token_response: {
        access_token: '/accessToken',
        refresh_token: '/refreshToken',
        expires_in: '/expireIn',
        account: '/corpId',
      },
      refresh: { rotation: 'rotates', dead: ['invalidRefreshToken'] },
    }),
    answer({ body, isJson }) {
      const { clientId, clientSecret, grantType, code = '', refreshToken = '', ...others } = body
      if (!isJson || !isClient(clientId, clientSecret) || Object.keys(others).length > 0)
        return refused(400, { code: 'invalidClientIdOrSecret', message: words })
      const isFine = grantType === 'refresh_token' ? refreshToken === goodRefresh : code === goodCode
      if (!isFine)
        return refused(400, {
          code: grantType === 'refresh_token' ? 'invalidRefreshToken' : 'invalidParameter.authCode.notFound',
          message: words,
        })
      return { body: { accessToken: access, refreshToken: nextRefresh, expireIn: 7200, corpId: 'corp1' } }
    },
  },
  /** The client has another name at both endpoints; errors with 200. */
  tiktok: {
    data: (url) => ({
      ...endpoints(url),
      token_auth: 'post',
      scope_separator: ',',
      param_names: { client_id: 'client_key' },
      token_response: { account: '/open_id' },
      refresh: { rotation: 'may_rotate', refresh_ttl_pointer: '/refresh_expires_in' },
    }),
    answer({ body }) {
      if (!isClient(body['client_key'], body['client_secret']) || !isGood(body))
        return refused(200, { error: 'invalid_grant', error_description: words, log_id: '1' })
      return {
        body: { ...pair, expires_in: 86_400, refresh_expires_in: 31_536_000, open_id: 'o1', scope: 'a,b' },
      }
    },
  },
  /** GET with all in the query; a number says whether it worked. */
  wecom: {
    data: (url) => ({
      ...endpoints(url),
      token_auth: 'query',
      token_method: 'GET',
      param_names: { client_id: 'corpid', client_secret: 'corpsecret' },
      success: { pointer: '/errcode', equals: 0 },
      scope_separator: null,
    }),
    answer({ method, query }) {
      if (method !== 'GET' || !isClient(query['corpid'], query['corpsecret']) || !isGood(query))
        return refused(200, { errcode: 40_029, errmsg: words, access_token: access })
      return { body: { errcode: 0, errmsg: 'ok', access_token: access, expires_in: 7200 } }
    },
  },
  /** The token of the code buys the one that lasts; the code of an error is a number in an object. */
  facebook: {
    data: (url) => ({
      ...endpoints(url),
      token_auth: 'post',
      scope_separator: ',',
      exchange: {
        url: `${url}/token`,
        method: 'GET',
        params: {
          grant_type: 'fb_exchange_token',
          client_id: '{client_id}',
          client_secret: '{client_secret}',
          fb_exchange_token: '{access_token}',
        },
      },
    }),
    answer(asked) {
      const { method, query, body } = asked
      const short = `${hush}-short-lived`
      const isFine =
        method === 'GET'
          ? isClient(query['client_id'], query['client_secret']) && query['fb_exchange_token'] === short
          : inBody(asked) && isGood(body)
      if (!isFine) return refused(400, { error: { message: words, type: 'OAuthException', code: 100 } })
      return {
        body:
          method === 'GET'
            ? { access_token: access, token_type: 'bearer', expires_in: 5_184_000 }
            : { access_token: short, token_type: 'bearer', expires_in: 3600 },
      }
    },
  },
  /** Asked with commas, answers with a list. */
  linear: {
    data: (url) => ({ ...endpoints(url), token_auth: 'basic_or_post', scope_separator: ',' }),
    answer(asked) {
      if (!inBody(asked)) return refused(401, { error: 'invalid_client', error_description: words })
      if (!isGood(asked.body)) return refused(400, { error: 'invalid_grant', error_description: words })
      return { body: { ...pair, token_type: 'Bearer', expires_in: 86_399, scope: ['read', 'write'] } }
    },
  },
  /** Says where the account lives, and not how long the token does; a refresh keeps the refresh token. */
  salesforce: {
    data: (url) => ({
      ...endpoints(url),
      token_auth: 'post',
      token_response: { instance_url: '/instance_url', account: '/id' },
      access_ttl_s: 7200,
    }),
    answer(asked) {
      if (!inBody(asked)) return refused(400, { error: 'invalid_client_id', error_description: words })
      if (!isGood(asked.body)) return refused(400, { error: 'invalid_grant', error_description: words })
      const { refresh_token: _none, ...alone } = pair
      const tokens = asked.body['refresh_token'] === undefined ? pair : alone
      const instance = { instance_url: 'https://acme.my.salesforce.com', id: 'https://login/id/00D/005' }
      return { body: { ...tokens, ...instance, scope: 'api refresh_token', issued_at: '1' } }
    },
  },
  /** Everything is one level down, and the status is in the body. */
  withings: {
    data: (url) => ({
      ...endpoints(url),
      token_auth: 'post',
      scope_separator: ',',
      token_params: { action: 'requesttoken' },
      refresh_params: { action: 'requesttoken' },
      success: { pointer: '/status', equals: 0 },
      token_response: { access_token: '/body/access_token', account: '/body/userid' },
      refresh: { rotation: 'rotates', dead: ['601'] },
    }),
    answer(asked) {
      if (!inBody(asked) || asked.body['action'] !== 'requesttoken')
        return refused(200, { status: 293, error: words })
      if (!isGood(asked.body))
        return refused(200, {
          status: asked.body['code'] === undefined ? 601 : 503,
          error: words,
          body: pair,
        })
      return { body: { status: 0, body: { ...pair, userid: 7, expires_in: 10_800, scope: 'user.info' } } }
    },
  },
} satisfies Record<string, Shape>

export type ShapeName = keyof typeof shapes
