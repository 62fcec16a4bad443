import { expect, test } from 'vitest'
import { systemClock } from '../../lib/clock.ts'
import { createGuardedFetch } from '../../lib/guarded-fetch.ts'
import type { Provider } from '../provider.ts'
import { placeAt } from '../testing/place.ts'
import { createOAuth } from './engine.ts'
import type { AuthorizeRequest } from './oauth.ts'

const oauth = createOAuth({ fetch: createGuardedFetch({ allowHosts: [] }), clock: systemClock })
const request: AuthorizeRequest = {
  redirectUri: 'https://portico.example/oauth/callback',
  scopes: ['read', 'write'],
  state: 'the-state',
  challenge: 'the-challenge',
}
const authorize_url = 'https://accounts.example.com/authorize'
const token_url = 'https://accounts.example.com/token'

async function urlOf(
  data: Partial<Provider>,
  { tenant = {}, ...changes }: Partial<AuthorizeRequest> & { tenant?: Record<string, string> } = {},
) {
  const place = placeAt({ authorize_url, token_url, ...data }, undefined, tenant)
  return new URL(await oauth.authorizeUrl(place, { ...request, ...changes }))
}
const paramsOf = async (...of: Parameters<typeof urlOf>) =>
  Object.fromEntries((await urlOf(...of)).searchParams)

const usual = {
  response_type: 'code',
  client_id: 'client-1',
  redirect_uri: request.redirectUri,
  scope: 'read write',
  state: 'the-state',
  code_challenge: 'the-challenge',
  code_challenge_method: 'S256',
}

test('the standard, with spaces that everybody reads', async () => {
  expect(await paramsOf({})).toEqual(usual)
  expect((await urlOf({})).search).toContain('scope=read%20write')
})

test.each<[string, Partial<Provider>, Record<string, string | undefined>]>([
  ['scopes with commas', { scope_separator: ',' }, { scope: 'read,write' }],
  ['no scopes', { scope_separator: null }, { scope: undefined }],
  ['scopes elsewhere', { scope_param: 'user_scope' }, { scope: undefined, user_scope: 'read write' }],
  ['scopes for a refresh token', { offline_scopes: ['offline', 'read'] }, { scope: 'read write offline' }],
  ['no PKCE', { pkce: 'avoid' }, { code_challenge: undefined, code_challenge_method: undefined }],
  [
    'another client id',
    { param_names: { client_id: 'client_key' } },
    { client_id: undefined, client_key: 'client-1' },
  ],
  [
    'another one here',
    { param_names: { 'authorize.client_id': 'appid' } },
    { client_id: undefined, appid: 'client-1' },
  ],
  ['another one there', { param_names: { 'token.client_id': 'appid' } }, {}],
  ['no response type', { omit_params: ['response_type'] }, { response_type: undefined }],
  ['parameters of its own', { authorize_params: { access_type: 'offline' } }, { access_type: 'offline' }],
  ['a resource', { resource: 'https://api.example.com/mcp' }, { resource: 'https://api.example.com/mcp' }],
  ['a query in its address', { authorize_url: `${authorize_url}?app=7` }, { app: '7' }],
])('%s', async (_what, data, differences) => {
  expect(await paramsOf(data)).toEqual(
    Object.fromEntries(
      Object.entries({ ...usual, ...differences } as typeof differences).filter(
        ([, value]) => value !== undefined,
      ),
    ),
  )
})

test('a certain account is asked for', async () => {
  expect(await paramsOf({}, { loginHint: 'mia@example.com' })).toMatchObject({
    login_hint: 'mia@example.com',
  })
})

test('no data sets, renames away or leaves out what binds the answer to the question', async () => {
  const forged = {
    client_id: 'x',
    redirect_uri: 'https://evil.example/',
    state: 'x',
    scope: 'x',
    code_challenge: 'x',
    code_challenge_method: 'plain',
    response_type: 'token',
  }
  const address = `${authorize_url}?${new URLSearchParams(forged).toString()}`
  const omit_params = ['state', 'code_challenge', 'code_challenge_method']
  expect(await paramsOf({ authorize_url: address, authorize_params: forged, omit_params })).toEqual(usual)
  const bare = await paramsOf({ authorize_params: forged, pkce: 'avoid', scope_separator: null })
  expect(Object.keys(bare).sort()).toEqual(['client_id', 'redirect_uri', 'response_type', 'state'])
  const renamed = { param_names: { client_id: 'client_key' }, authorize_params: { client_key: 'x' } }
  expect(await paramsOf(renamed)).toMatchObject({ client_key: 'client-1' })
})

test.each(['a b', 'a"b', 'a\\b', 'a\nb', 'ä', ''])('no scope is more than one: %j', async (scope) => {
  await expect(urlOf({}, { scopes: [scope] })).rejects.toMatchObject({ code: 'scopes_invalid' })
})

test('nor where it holds the separator', async () => {
  await expect(urlOf({ scope_separator: ',' }, { scopes: ['a,b'] })).rejects.toMatchObject({
    code: 'scopes_invalid',
  })
})

const anyHost = { var: 'host', label: 'Host', pattern: '^.*$' }
test.each<[string, Record<string, string>]>([
  ['a missing value', {}],
  ['a name outside of the pattern', { host: 'EVIL' }],
  ['another host behind a fragment', { host: 'evil.example#' }],
  ['another host behind a name', { host: 'good@evil.example' }],
  ['a path', { host: 'evil.example/x' }],
])('nobody is sent to %s', async (_what, tenant) => {
  const pattern = tenant['host'] === 'EVIL' ? '^[a-z]+$' : anyHost.pattern
  const data = { authorize_url: 'https://{host}/authorize', tenant: { ...anyHost, pattern } }
  await expect(urlOf(data, { tenant })).rejects.toMatchObject({ code: 'tenant_invalid' })
})

test.each(['127.0.0.1', '10.1.2.3', 'localhost', '169.254.169.254'])(
  'a tenant is not at %s',
  async (host) => {
    const data = { authorize_url: 'https://{host}/authorize', tenant: anyHost }
    await expect(urlOf(data, { tenant: { host } })).rejects.toMatchObject({ code: 'tenant_invalid' })
  },
)

test('a tenant is a part of the host', async () => {
  const data = {
    authorize_url: 'https://{shop}.example.com/authorize',
    tenant: { var: 'shop', label: 'Shop', pattern: '^[a-z]+$' },
  }
  expect((await urlOf(data, { tenant: { shop: 'acme' } })).host).toBe('acme.example.com')
})

test('a provider without an address for it has none', async () => {
  const place = placeAt({ token_url })
  await expect(oauth.authorizeUrl(place, request)).rejects.toMatchObject({ code: 'oauth_not_supported' })
})
