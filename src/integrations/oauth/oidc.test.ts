import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../../lib/clock.ts'
import { createGuardedFetch } from '../../lib/guarded-fetch.ts'
import { startOidcServer, type OidcServer } from '../testing/oidc-server.ts'
import { placeAt } from '../testing/place.ts'
import { createOAuth } from './engine.ts'
import type { Place } from './oauth.ts'
import { calculatePKCECodeChallenge, generateRandomCodeVerifier } from 'oauth4webapi'

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
