import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createGuardedFetch } from '../../lib/guarded-fetch.ts'
import type { Provider } from '../provider.ts'
import {
  startAnsweringServer,
  type AnsweringServer,
  type Asked,
  type Said,
} from '../testing/answering-server.ts'
import { placeAt } from '../testing/place.ts'
import { createOAuth } from './engine.ts'

type Revoke = NonNullable<Provider['revoke']>

const oauth = createOAuth({
  fetch: createGuardedFetch({ allowHosts: ['127.0.0.1'] }),
  clock: { now: () => 0 },
  timeoutMs: 2000,
})
const both = { access: 'the-access', refresh: 'the-refresh' }
let answer: (asked: Asked) => Said
let server: AnsweringServer
beforeAll(async () => {
  server = await startAnsweringServer((asked) => answer(asked))
})
beforeEach(() => {
  answer = () => ({ body: '' })
  server.asked.length = 0
})
afterAll(() => server.stop())

const placeOf = (revoke: Partial<Revoke>, data: Partial<Provider> = {}) =>
  placeAt({
    ...data,
    revoke: {
      url: `${server.url}/revoke`,
      method: 'POST',
      client_auth: 'none',
      token: 'access_or_refresh',
      effect: 'token',
      ...revoke,
    },
  })
async function outcomesOf(revoke: Partial<Revoke>, data?: Partial<Provider>) {
  const steps = await oauth.revoke(placeOf(revoke, data), both)
  return steps?.map(({ token, outcome }) => `${token} ${outcome}`)
}

test('RFC 7009: the refresh token first, each with its hint', async () => {
  expect(await oauth.revoke(placeOf({}), both)).toEqual([
    { token: 'refresh', outcome: 'revoked', status: 200, at: '1970-01-01T00:00:00.000Z' },
    { token: 'access', outcome: 'revoked', status: 200, at: '1970-01-01T00:00:00.000Z' },
  ])
  expect(server.asked.map(({ body }) => body)).toEqual([
    { token: 'the-refresh', token_type_hint: 'refresh_token' },
    { token: 'the-access', token_type_hint: 'access_token' },
  ])
})

test('DELETE with Basic and JSON', async () => {
  const url = `${server.url}/applications/{client_id}/token`
  const params = { access_token: '{token}' }
  answer = () => ({ status: 204, body: '' })
  expect(
    await outcomesOf({
      url,
      method: 'DELETE',
      client_auth: 'basic',
      body: 'json',
      params,
      token: 'access',
      success: [204],
    }),
  ).toEqual(['access revoked'])
  expect(server.asked[0]).toMatchObject({
    method: 'DELETE',
    path: '/applications/client-1/token',
    isJson: true,
    body: { access_token: 'the-access' },
    basic: { id: 'client-1', secret: 'secret-of-client-1' },
  })
})

test('the token itself, and nothing else', async () => {
  await outcomesOf({ client_auth: 'bearer', body: 'none', token: 'access' })
  expect(server.asked[0]).toMatchObject({ body: {}, query: {}, isJson: false })
  expect(server.asked[0]?.header('authorization')).toBe('Bearer the-access')
})

test('the client in the body, by the names of the provider', async () => {
  await outcomesOf({ client_auth: 'post', token: 'refresh' }, { param_names: { client_id: 'client_key' } })
  expect(server.asked.map(({ body }) => body)).toEqual([
    { token: 'the-refresh', client_key: 'client-1', client_secret: 'secret-of-client-1' },
  ])
})

test('a header of its own, and the token in the address', async () => {
  const headers = { Authorization: 'Client {client_secret}' }
  await outcomesOf({ url: `${server.url}/tokens/{token}`, method: 'DELETE', token: 'access', headers })
  expect(server.asked[0]).toMatchObject({ path: '/tokens/the-access', body: {} })
  expect(server.asked[0]?.header('authorization')).toBe('Client secret-of-client-1')
})

test.each<[string, Partial<Revoke>, Partial<Provider>, Said, string]>([
  [
    'an unknown token, by its code',
    {},
    {},
    { status: 400, body: { error: 'invalid_token' } },
    'unknown_already',
  ],
  [
    'an unknown token that cannot prove itself',
    { client_auth: 'bearer' },
    {},
    { status: 401, body: '' },
    'unknown_already',
  ],
  [
    'an unknown token that cannot be deleted',
    { method: 'DELETE' },
    {},
    { status: 404, body: '' },
    'unknown_already',
  ],
  ['an address that is not there', {}, {}, { status: 404, body: '' }, 'refused'],
  [
    'a wrong client',
    { client_auth: 'basic' },
    {},
    { status: 401, body: { error: 'invalid_client' } },
    'refused',
  ],
  ['a redirect', {}, {}, { status: 302, body: '' }, 'refused'],
  ['another status than the one that counts', { success: [204] }, {}, { status: 200, body: '' }, 'refused'],
  [
    'a failure with 200',
    {},
    { success: { pointer: '/ok', equals: true } },
    { body: { ok: false, error: 'fatal' } },
    'refused',
  ],
  [
    'a token that 200 does not know',
    {},
    { success: { pointer: '/ok', equals: true } },
    { body: { ok: false, error: 'token_revoked' } },
    'unknown_already',
  ],
  [
    'a success with 200',
    {},
    { success: { pointer: '/ok', equals: true } },
    { body: { ok: true } },
    'revoked',
  ],
  ['a server that is down', {}, {}, { status: 503, body: '' }, 'unreachable'],
])('%s', async (_what, revoke, data, said, outcome) => {
  answer = () => said
  expect(await outcomesOf({ token: 'access', ...revoke }, data)).toEqual([`access ${outcome}`])
})

test('an access token that ended with its refresh token is known to nobody', async () => {
  answer = ({ body }) => ({ status: body['token'] === 'the-refresh' ? 200 : 404, body: '' })
  expect(await outcomesOf({ effect: 'grant' })).toEqual(['refresh revoked', 'access unknown_already'])
})

test('one that is not answered does not keep the other', async () => {
  answer = ({ body }) => ({ status: body['token'] === 'the-refresh' ? 500 : 200, body: '' })
  expect(await outcomesOf({})).toEqual(['refresh unreachable', 'access revoked'])
})

test('an address whose parts are not known is nowhere', async () => {
  expect(await outcomesOf({ url: `${server.url}/{user_id}/permissions`, token: 'access' })).toEqual([
    'access refused',
  ])
})

test('where there is no way, or nothing to send, nobody says that it was revoked', async () => {
  expect(await oauth.revoke(placeAt({}), both)).toBeNull()
  expect(await oauth.revoke(placeOf({ token: 'refresh' }), { access: 'the-access' })).toBeNull()
  expect(server.asked).toEqual([])
})
