import { expect, test } from 'vitest'
import type { Provider } from '../provider.ts'
import { providerOf } from '../testing/place.ts'
import { readTokens } from './token-answer.ts'

const now = Date.UTC(2026, 0, 1)
const read = (
  body: unknown,
  data: Partial<Provider> = {},
  purpose: 'grant' | 'refresh' = 'grant',
  status = 200,
) => readTokens(providerOf(data), { status, headers: {}, body }, { askedAt: now, secrets: [], purpose })

test.each<[string, unknown, Partial<Provider>, number | undefined]>([
  ['seconds', { expires_in: 60 }, {}, now + 60_000],
  ['seconds as a text', { expires_in: '60' }, {}, now + 60_000],
  ['never', { expires_in: 0 }, { access_ttl_s: 60 }, undefined],
  ['nothing', {}, {}, undefined],
  ['nothing, but the provider is known for it', {}, { access_ttl_s: 60 }, now + 60_000],
  ['nonsense', { expires_in: 'soon' }, { access_ttl_s: 60 }, now + 60_000],
  ['less than nothing', { expires_in: -1 }, {}, undefined],
  ['longer than there are dates', { expires_in: 1e15 }, {}, undefined],
  ['seconds of the epoch', { at: 2e9 }, { expires: { pointer: '/at', format: 'epoch_s' } }, 2e12],
  ['milliseconds of the epoch', { at: 2e12 }, { expires: { pointer: '/at', format: 'epoch_ms' } }, 2e12],
  [
    'a date',
    { at: '2030-01-01T00:00:00Z' },
    { expires: { pointer: '/at', format: 'iso8601' } },
    Date.UTC(2030, 0, 1),
  ],
  [
    'no date, but seconds',
    { expires_in: 60 },
    { expires: { pointer: '/at', format: 'iso8601' } },
    now + 60_000,
  ],
])('a token ends when it says: %s', (_what, said, data, expiresAt) => {
  expect(read({ access_token: 'a', ...(said as object) }, data).expiresAt).toBe(expiresAt)
})

test.each<[string, unknown, Partial<Provider>, number | undefined]>([
  [
    'as the data says',
    { refresh_token: 'r' },
    { refresh: { rotation: 'rotates', refresh_ttl_s: 60 } },
    now + 60_000,
  ],
  [
    'as the answer says',
    { refresh_token: 'r', refresh_token_expires_in: 90 },
    { refresh: { rotation: 'rotates', refresh_ttl_s: 60 } },
    now + 90_000,
  ],
  ['not where there is none', {}, { refresh: { rotation: 'rotates', refresh_ttl_s: 60 } }, undefined],
])('a refresh token ends %s', (_what, said, data, refreshExpiresAt) => {
  expect(read({ access_token: 'a', ...(said as object) }, data).refreshExpiresAt).toBe(refreshExpiresAt)
})

test('a refresh token that stays begins its idle time anew', () => {
  const data: Partial<Provider> = { refresh: { rotation: 'static', refresh_ttl_s: 60 } }
  expect(read({ access_token: 'a' }, data, 'refresh').refreshExpiresAt).toBe(now + 60_000)
})

test('of two tokens in an answer the parts are never mixed', () => {
  const data = { token_response: { access_token: '/user/access_token' } }
  const bot = { access_token: 'bot', refresh_token: 'bot-refresh', expires_in: 1, scope: 'bot' }
  expect(read({ ...bot, user: { access_token: 'user' } }, data)).toMatchObject({
    accessToken: 'user',
    refreshToken: undefined,
    expiresAt: undefined,
    scopes: undefined,
  })
  expect(() => read(bot, data)).toThrow(expect.objectContaining({ name: 'ProviderSilence' }) as Error)
})

test.each(['', 'a b', 'a\r\nx-evil: 1', 'é', null, true, {}, ['a']])(
  'what cannot be a token is none: %j',
  (accessToken) => {
    expect(() => read({ access_token: accessToken })).toThrow(
      expect.objectContaining({ stage: 'sent' }) as Error,
    )
  },
)

test.each([
  [200, { error: 'access_denied', access_token: 'a' }, 'access_denied'],
  [200, { error: { code: 190 }, access_token: 'a' }, '190'],
  [400, { access_token: 'a' }, 'unreadable'],
  [302, { access_token: 'a' }, 'unreadable'],
  [400, undefined, 'unreadable'],
  [400, { error: 'Sorry, that did not work' }, 'unreadable'],
  [400, { error: 'Sorry, that did not work', code: 'no_such_code' }, 'no_such_code'],
  [400, { error: 'x'.repeat(61) }, 'unreadable'],
  [401, { error: 'AADSTS70008' }, 'AADSTS70008'],
  [400, { error: 'eyJhbGciOiJIUzI1NiJ9.e30.x8Ab9' }, 'unreadable'],
])('an error is never a token: %i %j', (status, body, code) => {
  const refusal = { name: 'ProviderRefusal', code, status }
  expect(() => read(body, {}, 'grant', status)).toThrow(expect.objectContaining(refusal) as Error)
})
