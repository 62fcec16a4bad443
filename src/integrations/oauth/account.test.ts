import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../lib/clock.ts'
import { createGuardedFetch } from '../../lib/guarded-fetch.ts'
import type { Provider } from '../provider.ts'
import { startAnsweringServer, type AnsweringServer, type Said } from '../testing/answering-server.ts'
import { placeAt } from '../testing/place.ts'
import { createOAuth } from './engine.ts'
import type { TokenSet } from './oauth.ts'

const oauth = createOAuth({
  fetch: createGuardedFetch({ allowHosts: ['127.0.0.1'], resolve: () => Promise.resolve([]) }),
  clock: systemClock,
})
const tokens: TokenSet = {
  accessToken: 'the-token',
  refreshToken: undefined,
  expiresAt: undefined,
  refreshExpiresAt: undefined,
  scopes: ['email'],
  account: {},
  learned: {},
}
let said: Said
let server: AnsweringServer
beforeAll(async () => {
  server = await startAnsweringServer(() => said)
})
beforeEach(() => {
  said = { body: { id: 7, login: 'mia' } }
  server.asked.length = 0
})
afterAll(() => server.stop())

const me = () => ({
  url: `${server.url}/me`,
  method: 'GET' as const,
  id_pointer: '/id',
  label_pointer: '/login',
})

test('the token travels as the provider wants it, beside its headers', async () => {
  const data = {
    userinfo: { ...me(), headers: { 'X-Client': '{client_id}' } },
    api_headers: { 'X-Version': '2' },
  }
  expect(await oauth.identify(placeAt(data), tokens)).toEqual({ id: '7', label: 'mia' })
  const [asked] = server.asked
  expect(asked?.header('authorization')).toBe('Bearer the-token')
  expect(asked?.header('x-client')).toBe('client-1')
  expect(asked?.header('x-version')).toBe('2')
  expect(asked?.header('user-agent')).toBe('Portico')
})

test.each<[string, Partial<Provider>, string, string | undefined]>([
  ['header', { inject: { header: 'X-Token', format: 'OAuth {token}' } }, 'x-token', 'OAuth the-token'],
  [
    'basic',
    { inject: { basic: { username: '{token}', password: 'x' } } },
    'authorization',
    `Basic ${btoa('the-token:x')}`,
  ],
  ['query', { inject: { query: 'access_token' } }, 'authorization', undefined],
])('or by %s', async (kind, data, header, value) => {
  await oauth.identify(placeAt({ ...data, userinfo: me() }), tokens)
  const [asked] = server.asked
  expect(asked?.header(header)).toBe(value)
  expect(asked?.query).toEqual(kind === 'query' ? { access_token: 'the-token' } : {})
})

test('one call can want it otherwise', async () => {
  const userinfo = { ...me(), inject: { header: 'X-Only-Here', format: '{token}' } }
  await oauth.identify(placeAt({ userinfo, inject: { query: 'nowhere' } }), tokens)
  expect(server.asked[0]?.header('x-only-here')).toBe('the-token')
  expect(server.asked[0]?.query).toEqual({})
})

test('GraphQL is asked as it is written, braces and all', async () => {
  said = { body: { data: { viewer: { id: 'v1', email: 'mia@example.com' } } } }
  const userinfo = {
    url: `${server.url}/graphql`,
    method: 'POST' as const,
    body: '{"query":"{viewer{id}}"}',
    id_pointer: '/data/viewer/id',
    label_pointer: '/data/viewer/email',
  }
  expect(await oauth.identify(placeAt({ userinfo }), tokens)).toEqual({ id: 'v1', label: 'mia@example.com' })
  expect(server.asked[0]).toMatchObject({ isJson: true, body: { query: '{viewer{id}}' } })
})

test('without a way to ask, the answer with the token says it, or nobody does', async () => {
  expect(await oauth.identify(placeAt({}), tokens)).toBeUndefined()
  expect(await oauth.identify(placeAt({}), { ...tokens, account: { id: 'w1' } })).toEqual({
    id: 'w1',
    label: 'w1',
  })
})

test('what the granted scopes do not cover is not asked', async () => {
  const place = placeAt({ userinfo: { ...me(), needs_scopes: ['profile'] } })
  expect(await oauth.identify(place, tokens)).toBeUndefined()
  expect(server.asked).toEqual([])
  expect(await oauth.identify(place, { ...tokens, scopes: undefined })).toEqual({ id: '7', label: 'mia' })
})

test.each([
  [200, { ok: false, error: 'missing_scope' }, 'missing_scope'],
  [403, { error: { code: 'forbidden' } }, 'forbidden'],
  [302, {}, 'unreadable'],
])('an answer of %i that names nobody is a refusal', async (status, body, code) => {
  said = { status, body }
  await expect(oauth.identify(placeAt({ userinfo: me() }), tokens)).rejects.toMatchObject({
    code,
    status,
    isFinal: false,
  })
})

test('one thing is learned after the other, and what is not there is not learned', async () => {
  said = { body: [{ id: 'site-1' }] }
  const place = placeAt({
    post_connect: [
      { url: `${server.url}/sites`, pick: '/0/id', store: 'site' },
      { url: `${server.url}/sites/{site}/zones`, pick: '/0/zone', store: 'zone' },
    ],
  })
  expect(await oauth.learn(place, tokens)).toEqual({ site: 'site-1' })
  expect(server.asked.map(({ path }) => path)).toEqual(['/sites', '/sites/site-1/zones'])
})

test('an answer sends a token to hosts of the provider only', async () => {
  const data = {
    api_hosts: ['*.example.com'],
    post_connect: [{ url: 'https://{base}/me', pick: '/id', store: 'id' }],
  }
  const learn = (base: string) => oauth.learn(placeAt(data), { ...tokens, learned: { base } })
  for (const base of ['evil.example', 'https://evil.example', 'example.com.evil.example', '127.0.0.1'])
    await expect(learn(base)).rejects.toMatchObject({ code: 'tenant_invalid' })
  // It is asked, and is not there.
  await expect(learn('nowhere.invalid.example.com')).rejects.toMatchObject({ name: 'ProviderSilence' })
})

test('what was learned cannot stand for the tenant', async () => {
  const place = placeAt(
    {
      tenant: { var: 'part', label: 'Part', pattern: '^[a-z]+$' },
      userinfo: { ...me(), url: `${server.url}/{part}/{client_id}` },
    },
    undefined,
    { part: 'mine' },
  )
  await oauth.identify(place, { ...tokens, learned: { part: 'theirs', client_id: 'theirs' } })
  expect(server.asked[0]?.path).toBe('/mine/client-1')
})
