import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { callbackUrl, openIntegrationsHouse, type IntegrationsHouse } from './testing/integrations-house.ts'

let house: IntegrationsHouse
beforeAll(async () => {
  house = await openIntegrationsHouse()
})
afterAll(() => house.close())
beforeEach(() => {
  house.oidc.next.account = 'mia'
})
afterEach(async () => {
  await house.db.deleteFrom('credentials').execute()
  await house.db.deleteFrom('oauth_states').execute()
})

const refused = (code: string, provider = '') => `/integrations?refused=${provider}&code=${code}`

/** Ada has left, and somebody has agreed at the provider. */
async function ready(query = '', provider = 'acme') {
  const { loginUrl, cookie } = await house.leave(house.ada, provider, query)
  return { callback: await house.oidc.authorize(loginUrl), cookie }
}

async function expectNothing(location: unknown, wanted: string) {
  expect(location).toBe(wanted)
  expect(await house.countCredentials()).toBe(0)
}

/** Afterwards the rightful browser still gets what it went for. */
async function expectStillOpen(callback: string, cookie: string | undefined) {
  const back = await house.comeBack(callback, house.ada.cookie, cookie)
  expect(back.headers.location).toContain('connected=')
}

it('not in another browser of the same person: a login URL was forwarded', async () => {
  const { callback, cookie } = await ready()
  const back = await house.comeBack(callback, house.ada.cookie)
  await expectNothing(back.headers.location, refused('oauth_browser_differs'))
  await expectStillOpen(callback, cookie)
})

it('not by another person to whom the login URL was forwarded', async () => {
  const { callback, cookie } = await ready()
  const back = await house.comeBack(callback, house.bob.cookie)
  await expectNothing(back.headers.location, refused('oauth_browser_differs'))
  await expectStillOpen(callback, cookie)
})

it('not by another person in the same browser', async () => {
  const { callback, cookie } = await ready()
  const back = await house.comeBack(callback, house.bob.cookie, cookie)
  await expectNothing(back.headers.location, refused('oauth_browser_differs'))
})

it('not by nobody, nor by a program of the same person', async () => {
  const { callback, cookie } = await ready()
  const back = await house.comeBack(callback, cookie)
  await expectNothing(back.headers.location, refused('oauth_browser_differs'))
  const { headers } = await house.program(house.ada)
  const { pathname, search } = new URL(callback)
  const asProgram = await house.app.inject({
    url: `${pathname}${search}`,
    headers: { ...headers, cookie: cookie ?? '' },
  })
  await expectNothing(asProgram.headers.location, refused('oauth_browser_differs'))
})

it('not with the cookie of another flow of the same browser', async () => {
  const { callback } = await ready()
  const other = await house.leave(house.ada)
  const [, value = ''] = other.cookie?.split('=') ?? []
  const [name = ''] = (await house.leave(house.ada)).cookie?.split('=') ?? []
  const back = await house.comeBack(callback, house.ada.cookie, other.cookie, `${name}=${value}`)
  await expectNothing(back.headers.location, refused('oauth_browser_differs'))
})

it('not twice', async () => {
  const { callback, cookie } = await ready()
  await expectStillOpen(callback, cookie)
  await house.db.deleteFrom('credentials').execute()
  const again = await house.comeBack(callback, house.ada.cookie, cookie)
  await expectNothing(again.headers.location, refused('oauth_state_invalid'))
})

it('not after ten minutes', async () => {
  const { callback, cookie } = await ready()
  house.pass(600_000)
  const back = await house.comeBack(callback, house.ada.cookie, cookie)
  await expectNothing(back.headers.location, refused('oauth_state_invalid'))
})

it('not by whoever made the state up, or sends it twice', async () => {
  const { callback, cookie } = await ready()
  for (const state of ['', 'a', 'a'.repeat(43)]) {
    const url = new URL(callback)
    url.searchParams.set('state', state)
    const back = await house.comeBack(url.href, house.ada.cookie, cookie)
    await expectNothing(back.headers.location, refused('oauth_state_invalid'))
  }
  const twice = await house.comeBack(`${callback}&state=b`, house.ada.cookie, cookie)
  await expectNothing(twice.headers.location, refused('oauth_state_invalid'))
})

it('not by a program that ends the flow of a browser', async () => {
  const { callback } = await ready()
  const { searchParams } = new URL(callback)
  const body = { code: searchParams.get('code'), state_token: searchParams.get('state') }
  for (const who of [await house.program(house.ada), house.ada]) {
    const answer = await house.ask(who, 'POST', '/api/integrations/acme/oauth/complete', body)
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toMatchObject({
      code: 'oauth_flow_not_external',
      detail: 'State token was not created for external OAuth flow',
    })
  }
  expect(await house.countCredentials()).toBe(0)
})

it('not in a browser that ends the flow of a program', async () => {
  const app = await house.program(house.ada)
  const begun = await house.ask(app, 'POST', '/api/integrations/acme/oauth/initiate', {
    callback_url: callbackUrl,
  })
  const { login_url } = begun.json<{ login_url: string }>()
  const { search } = new URL(await house.oidc.authorize(login_url))
  const back = await house.comeBack(`http://portico/oauth/callback${search}`, house.ada.cookie)
  await expectNothing(back.headers.location, refused('oauth_state_invalid'))
})

it('not with a code that was made for another flow', async () => {
  // An attacker has agreed with an account of their own, and brings that code into Ada's flow.
  house.oidc.next.account = 'mallory'
  const stolen = await house.leave(house.bob)
  const theirs = new URL(await house.oidc.authorize(stolen.loginUrl)).searchParams.get('code') ?? ''
  house.oidc.next.account = 'mia'
  const { callback, cookie } = await ready()
  const url = new URL(callback)
  url.searchParams.set('code', theirs)
  const back = await house.comeBack(url.href, house.ada.cookie, cookie)
  await expectNothing(back.headers.location, refused('invalid_grant', 'acme'))
  const again = await house.comeBack(callback, house.ada.cookie, cookie)
  await expectNothing(again.headers.location, refused('oauth_state_invalid'))
})

it('not against the word of the person', async () => {
  const { loginUrl, cookie } = await house.leave(house.ada)
  const callback = await house.oidc.authorize(loginUrl, { answer: 'deny' })
  expect(callback).toContain('error=access_denied')
  const back = await house.comeBack(callback, house.ada.cookie, cookie)
  await expectNothing(back.headers.location, refused('access_denied', 'acme'))
  const again = await house.comeBack(callback, house.ada.cookie, cookie)
  await expectNothing(again.headers.location, refused('oauth_state_invalid'))
})

it('not with an account other than that of the credential, whose tokens are given back', async () => {
  const first = await ready('', 'stubborn')
  await house.comeBack(first.callback, house.ada.cookie, first.cookie)
  const before = await house.db.selectFrom('credentials').selectAll().execute()
  house.oidc.next.account = 'noa'
  const { callback, cookie } = await ready(`?credentials_id=${before[0]?.id}`, 'stubborn')
  const revoked = house.relay.countOf('/token/revocation')
  const back = await house.comeBack(callback, house.ada.cookie, cookie)
  expect(back.headers.location).toBe(refused('account_differs', 'stubborn'))
  expect(await house.db.selectFrom('credentials').selectAll().execute()).toEqual(before)
  expect(house.relay.countOf('/token/revocation')).toBeGreaterThan(revoked)
})

it('not begun by a page of another site', async () => {
  const headers = { ...house.ada.headers, 'sec-fetch-site': 'cross-site' }
  const answer = await house.ask({ headers }, 'GET', '/api/integrations/acme/connect')
  expect(answer.statusCode).toBe(403)
  expect(answer.json()).toMatchObject({ code: 'foreign_origin' })
})

it('does not lead away from the console', async () => {
  for (const page of ['//evil.example', '/\\evil.example', 'https://evil.example', '/%09/evil', '/a b']) {
    const query = `?return_to=${encodeURIComponent(page)}`
    const answer = await house.ask(house.ada, 'GET', `/api/integrations/acme/connect${query}`)
    if (answer.statusCode === 422) continue
    const { loginUrl, cookie } = await house.leave(house.ada, 'acme', query)
    const back = await house.comeBack(await house.oidc.authorize(loginUrl), house.ada.cookie, cookie)
    expect(new URL(back.headers.location ?? '', 'http://console').origin).toBe('http://console')
  }
})
