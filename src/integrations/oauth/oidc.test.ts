import { calculatePKCECodeChallenge, generateRandomCodeVerifier } from 'oauth4webapi'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../lib/clock.ts'
import { createGuardedFetch } from '../../lib/guarded-fetch.ts'
import { startOidcServer, type OidcServer } from '../testing/oidc-server.ts'
import type { OAuthClient } from '../provider.ts'
import { placeAt, providerOf } from '../testing/place.ts'
import { createOAuth } from './engine.ts'
import type { Place } from './oauth.ts'

const redirectUri = 'https://portico.example/oauth/callback'
const oauth = createOAuth({
  fetch: createGuardedFetch({ allowHosts: ['127.0.0.1'] }),
  clock: systemClock,
})
let server: OidcServer
beforeAll(async () => {
  server = await startOidcServer({ redirectUris: [redirectUri] })
})
afterAll(() => server.stop())
beforeEach(() => {
  server.next.account = 'mia'
  server.next.allows = () => true
})

/** The ways of this server as data, and each of its clients. */
function places(): [string, Place][] {
  const { issuer, clients } = server
  const urls = {
    authorize_url: `${issuer}/auth`,
    token_url: `${issuer}/token`,
    device_url: `${issuer}/device/auth`,
    revoke: {
      url: `${issuer}/token/revocation`,
      method: 'POST',
      token: 'access_or_refresh',
      effect: 'grant',
    },
    userinfo: { url: `${issuer}/api/me`, method: 'GET', id_pointer: '/id', label_pointer: '/login' },
  } as const
  const revoke = <A>(client_auth: A) => ({ ...urls.revoke, client_auth })
  return [
    ['basic', placeAt({ ...urls, token_auth: 'basic', revoke: revoke('basic' as const) }, clients.basic)],
    ['post', placeAt({ ...urls, token_auth: 'post', revoke: revoke('post' as const) }, clients.post)],
    ['public', placeAt({ ...urls, token_auth: 'none', revoke: revoke('post' as const) }, clients.public)],
    ['metadata', placeAt({ issuer, userinfo: urls.userinfo }, clients.basic)],
  ]
}

async function connect(place: Place, scopes: readonly string[] = ['read', 'write'], loginHint?: string) {
  const verifier = generateRandomCodeVerifier()
  const url = await oauth.authorizeUrl(place, {
    redirectUri,
    scopes,
    state: 'state-1',
    challenge: await calculatePKCECodeChallenge(verifier),
    ...(loginHint === undefined ? {} : { loginHint }),
  })
  const callback = Object.fromEntries(new URL(await server.authorize(url)).searchParams)
  expect(callback['state']).toBe('state-1')
  const exchange = { code: callback['code'] ?? '', redirectUri, verifier, scopes, callback }
  return { exchange, tokens: await oauth.exchangeCode(place, exchange) }
}

test.each([0, 1, 2, 3])(
  'client %i: code, account, refresh with rotation, and the end of both tokens',
  async (n) => {
    const [, place] = places()[n] ?? []
    if (place === undefined) throw new Error('There is no such client.')
    const { tokens } = await connect(place)
    expect(tokens.scopes).toEqual(['read', 'write'])
    expect(tokens.expiresAt).toBeGreaterThan(Date.now() + 3_000_000)
    expect(await oauth.identify(place, tokens)).toEqual({ id: 'mia', label: 'mia' })

    const old = { refreshToken: tokens.refreshToken ?? '', accessToken: tokens.accessToken, scopes: [] }
    const fresh = await oauth.refresh(place, old)
    expect(fresh.accessToken).not.toBe(tokens.accessToken)
    expect(fresh.refreshToken).not.toBe(tokens.refreshToken)
    const { accessToken: access, refreshToken: refresh = '' } = fresh
    const steps = await oauth.revoke(place, { access, refresh })
    expect(steps?.map(({ token, outcome }) => `${token} ${outcome}`)).toEqual([
      'refresh revoked',
      'access revoked',
    ])
    await expect(oauth.identify(place, fresh)).rejects.toMatchObject({ code: 'invalid_token', status: 401 })
    await expect(
      oauth.refresh(place, { refreshToken: refresh, accessToken: access, scopes: [] }),
    ).rejects.toMatchObject({ code: 'invalid_grant', isFinal: true })
  },
)

/** The one whose addresses come from the metadata of the server. */
const discovered = (client: OAuthClient) => placeAt({ issuer: server.issuer }, client)

test('the second use of a refresh token ends all that came of it', async () => {
  const place = discovered(server.clients.post)
  const { tokens } = await connect(place)
  const old = { refreshToken: tokens.refreshToken ?? '', accessToken: undefined, scopes: [] }
  const fresh = await oauth.refresh(place, old)
  const dead = { code: 'invalid_grant', isFinal: true }
  await expect(oauth.refresh(place, old)).rejects.toMatchObject(dead)
  const newer = { ...old, refreshToken: fresh.refreshToken ?? '' }
  await expect(oauth.refresh(place, newer)).rejects.toMatchObject(dead)
})

test('a code works once, with its verifier, and from its own server', async () => {
  const place = discovered(server.clients.basic)
  const { exchange } = await connect(place)
  await expect(oauth.exchangeCode(place, exchange)).rejects.toMatchObject({ code: 'invalid_grant' })
  const forged = { ...exchange, callback: { ...exchange.callback, iss: 'https://evil.example' } }
  await expect(oauth.exchangeCode(place, forged)).rejects.toMatchObject({ code: 'issuer_differs' })
  const { iss: _none, ...unnamed } = exchange.callback
  const nameless = oauth.exchangeCode(place, { ...exchange, callback: unnamed })
  await expect(nameless).rejects.toMatchObject({ code: 'issuer_differs' })
})

test('a code of another verifier is refused', async () => {
  const place = discovered(server.clients.public)
  const url = await oauth.authorizeUrl(place, {
    redirectUri,
    scopes: ['read'],
    state: 's',
    challenge: await calculatePKCECodeChallenge(generateRandomCodeVerifier()),
  })
  const callback = Object.fromEntries(new URL(await server.authorize(url)).searchParams)
  const exchange = { code: callback['code'] ?? '', redirectUri, scopes: [], callback }
  await expect(
    oauth.exchangeCode(place, { ...exchange, verifier: generateRandomCodeVerifier() }),
  ).rejects.toMatchObject({ code: 'invalid_grant', isFinal: true })
})

test('a wrong secret is nothing that the token did', async () => {
  const place = discovered(server.clients.basic)
  const { tokens } = await connect(place)
  const request = { refreshToken: tokens.refreshToken ?? '', accessToken: undefined, scopes: [] }
  const stranger = { ...place, client: { ...place.client, secret: 'another' } }
  await expect(oauth.refresh(stranger, request)).rejects.toMatchObject({
    code: 'invalid_client',
    isFinal: false,
  })
  expect(await oauth.refresh(place, request)).toMatchObject({ accessToken: expect.any(String) as string })
})

test('people choose the account, allow a part, or nothing', async () => {
  const place = discovered(server.clients.post)
  server.next.account = 'noah'
  server.next.allows = (scope) => scope === 'read'
  expect((await connect(place)).tokens.scopes).toEqual(['read'])
  const url = await oauth.authorizeUrl(place, {
    redirectUri,
    scopes: [],
    state: 's',
    challenge: 'c'.repeat(43),
  })
  const callback = new URL(await server.authorize(url, { answer: 'deny' })).searchParams
  expect(callback.get('error')).toBe('access_denied')
})

test('a certain account can be asked for', async () => {
  const [, place] = places()[0] ?? []
  if (place === undefined) throw new Error('There is no such client.')
  const { tokens } = await connect(place, ['read'], 'zoe')
  expect(await oauth.identify(place, tokens)).toEqual({ id: 'zoe', label: 'zoe' })
})

test.each(['basic', 'public'] as const)('a device of a %s client waits for its person', async (name) => {
  const place = discovered(server.clients[name])
  const prompt = await oauth.beginDevice(place, ['read'])
  expect(prompt).toMatchObject({ verificationUri: `${server.issuer}/device`, intervalS: 5 })
  expect(await oauth.pollDevice(place, prompt.deviceCode)).toEqual({ kind: 'pending' })
  await server.approveDevice(prompt.verificationUriComplete ?? '')
  const outcome = await oauth.pollDevice(place, prompt.deviceCode)
  expect(outcome).toMatchObject({ kind: 'approved', tokens: { scopes: ['read'] } })
  await expect(oauth.pollDevice(place, prompt.deviceCode)).rejects.toMatchObject({ code: 'invalid_grant' })
})

test('a device whose person says no hears so', async () => {
  const place = discovered(server.clients.basic)
  const { deviceCode, verificationUriComplete = '' } = await oauth.beginDevice(place, ['read'])
  await server.approveDevice(verificationUriComplete, { answer: 'deny' })
  expect(await oauth.pollDevice(place, deviceCode)).toEqual({ kind: 'denied' })
})

test('a client alone', async () => {
  const tokens = await oauth.clientCredentials(discovered(server.clients.machine), ['read'])
  expect(tokens).toMatchObject({ scopes: ['read'], refreshToken: undefined })
})

test('a client that registered itself connects like any other', async () => {
  const provider = providerOf({ issuer: server.issuer, registration: {} })
  expect(oauth.canRegister(provider)).toBe(true)
  expect(oauth.canRegister(providerOf({ registration: {} }))).toBe(false)
  const { issuer, client, expiresAt } = await oauth.register(
    { provider, tenant: {} },
    { redirectUri, product: 'Portico' },
  )
  expect({ issuer, secret: client.secret, expiresAt }).toEqual({
    issuer: server.issuer,
    secret: undefined,
    expiresAt: undefined,
  })
  expect((await connect({ provider, client, tenant: {} })).tokens.scopes).toEqual(['read', 'write'])
})

test('a client with a secret, where data wants one', async () => {
  const provider = providerOf({ issuer: server.issuer, registration: {}, token_auth: 'post' })
  const { client } = await oauth.register({ provider, tenant: {} }, { redirectUri, product: 'Portico' })
  expect(client.secret).toMatch(/./)
  expect((await connect({ provider, client, tenant: {} })).tokens.scopes).toEqual(['read', 'write'])
})

test('a registration that is refused says why', async () => {
  const provider = providerOf({ issuer: server.issuer, registration: {} })
  const registering = oauth.register(
    { provider, tenant: {} },
    { redirectUri: 'nonsense', product: 'Portico' },
  )
  await expect(registering).rejects.toMatchObject({ code: 'invalid_redirect_uri', status: 400 })
})
