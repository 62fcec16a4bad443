import { afterAll, beforeAll, expect, test } from 'vitest'
import { createGuardedFetch } from '../../lib/guarded-fetch.ts'
import { placeAt } from '../testing/place.ts'
import { startShapeServer, type ShapeServer } from '../testing/shape-server.ts'
import {
  access,
  goodCode,
  goodRefresh,
  nextRefresh,
  shapeClient,
  shapes,
  type ShapeName,
} from '../testing/shapes.ts'
import { createOAuth } from './engine.ts'
import type { Place, TokenSet } from './oauth.ts'

const now = Date.UTC(2026, 0, 1)
const hourMs = 3_600_000
const oauth = createOAuth({
  fetch: createGuardedFetch({ allowHosts: ['127.0.0.1'] }),
  clock: { now: () => now },
})
let server: ShapeServer
beforeAll(async () => {
  server = await startShapeServer()
})
afterAll(() => server.stop())

const at = (shape: ShapeName): Place =>
  placeAt({ id: shape, ...shapes[shape].data(server.urlOf(shape)) }, shapeClient)
const exchange = (place: Place, code = goodCode) =>
  oauth.exchangeCode(place, {
    code,
    redirectUri: 'https://portico.example/oauth/callback',
    verifier: undefined,
    scopes: ['a'],
    callback: { code, scope: 'read,activity:write' },
  })
const refresh = (place: Place, refreshToken = goodRefresh) =>
  oauth.refresh(place, { refreshToken, accessToken: undefined, scopes: [] })

/** What of the tokens differs from one access token alone that never ends. */
const granted: Record<ShapeName, Partial<TokenSet>> = {
  github: { scopes: ['repo', 'read:user'] },
  slack: {
    refreshToken: nextRefresh,
    expiresAt: now + 12 * hourMs,
    scopes: ['search:read', 'users:read'],
    account: { id: 'T1', label: 'Acme' },
  },
  notion: { refreshToken: nextRefresh, account: { id: 'w1', label: 'Acme' }, learned: { bot_id: 'b1' } },
  strava: {
    refreshToken: nextRefresh,
    expiresAt: 1_900_000_000_000,
    scopes: ['read', 'activity:write'],
    account: { id: '42' },
  },
  square: { refreshToken: nextRefresh, expiresAt: Date.UTC(2030, 0, 2, 3, 4, 5), account: { id: 'm1' } },
  mailchimp: {},
  todoist: {},
  dingtalk: { refreshToken: nextRefresh, expiresAt: now + 2 * hourMs, account: { id: 'corp1' } },
  tiktok: {
    refreshToken: nextRefresh,
    expiresAt: now + 24 * hourMs,
    refreshExpiresAt: now + 365 * 24 * hourMs,
    scopes: ['a', 'b'],
    account: { id: 'o1' },
  },
  wecom: { expiresAt: now + 2 * hourMs },
  facebook: { expiresAt: now + 60 * 24 * hourMs },
  linear: { refreshToken: nextRefresh, expiresAt: now + 86_399_000, scopes: ['read', 'write'] },
  salesforce: {
    refreshToken: nextRefresh,
    expiresAt: now + 2 * hourMs,
    scopes: ['api', 'refresh_token'],
    account: { id: 'https://login/id/00D/005' },
    learned: { instance_url: 'https://acme.my.salesforce.com' },
  },
  withings: {
    refreshToken: nextRefresh,
    expiresAt: now + 3 * hourMs,
    scopes: ['user.info'],
    account: { id: '7' },
  },
}

/** Code and status for a wrong code, and for a wrong client. */
const refusals: Record<ShapeName, [string, number, string, number]> = {
  github: ['bad_verification_code', 200, 'incorrect_client_credentials', 200],
  slack: ['invalid_code', 200, 'bad_client_secret', 200],
  notion: ['invalid_grant', 400, 'invalid_client', 401],
  strava: ['invalid', 400, 'invalid', 400],
  square: ['service.not_authorized', 401, 'service.not_authorized', 401],
  mailchimp: ['invalid_grant', 400, 'invalid_grant', 400],
  todoist: ['bad_authorization_code', 400, 'bad_authorization_code', 400],
  dingtalk: ['invalidParameter.authCode.notFound', 400, 'invalidClientIdOrSecret', 400],
  tiktok: ['invalid_grant', 200, 'invalid_grant', 200],
  wecom: ['40029', 200, '40029', 200],
  facebook: ['100', 400, '100', 400],
  linear: ['invalid_grant', 400, 'invalid_client', 401],
  salesforce: ['invalid_grant', 400, 'invalid_client_id', 400],
  withings: ['503', 200, '293', 200],
}
const names = Object.keys(shapes) as ShapeName[]

test.each(names)('%s: a code becomes one kind of tokens', async (shape) => {
  expect(await exchange(at(shape))).toEqual({
    accessToken: access,
    refreshToken: undefined,
    expiresAt: undefined,
    refreshExpiresAt: undefined,
    scopes: undefined,
    account: {},
    learned: {},
    ...granted[shape],
  })
})

test.each(names)('%s: what was refused is refused here, in its own words', async (shape) => {
  const [code, status, clientCode, clientStatus] = refusals[shape]
  const refusal = { name: 'ProviderRefusal', provider: shape }
  await expect(exchange(at(shape), 'HUSHED-bad-code')).rejects.toMatchObject({ ...refusal, code, status })
  const stranger = { ...at(shape), client: { id: 'client-2', secret: 'HUSHED-other' } }
  await expect(exchange(stranger)).rejects.toMatchObject({
    ...refusal,
    code: clientCode,
    status: clientStatus,
  })
})

test.each(['slack', 'notion', 'square', 'dingtalk', 'tiktok', 'linear', 'withings'] as const)(
  '%s: a refresh gives a new pair',
  async (shape) => {
    expect(await refresh(at(shape))).toMatchObject({ accessToken: access, refreshToken: nextRefresh })
  },
)

test('where a refresh gives no refresh token, the old one stays', async () => {
  expect(await refresh(at('salesforce'))).toMatchObject({ accessToken: access, refreshToken: undefined })
})

test.each([
  ['slack', 'invalid_refresh_token'],
  ['notion', 'invalid_grant'],
  ['dingtalk', 'invalidRefreshToken'],
  ['linear', 'invalid_grant'],
  ['withings', '601'],
] as const)('%s: %s is the end of a refresh token', async (shape, code) => {
  await expect(refresh(at(shape), 'HUSHED-dead')).rejects.toMatchObject({ code, isFinal: true })
})

test.each(['slack', 'notion', 'dingtalk', 'linear', 'withings'] as const)(
  '%s: a wrong client ends no refresh token',
  async (shape) => {
    const stranger = { ...at(shape), client: { id: 'client-2', secret: 'HUSHED-other' } }
    await expect(refresh(stranger)).rejects.toMatchObject({ name: 'ProviderRefusal', isFinal: false })
  },
)
