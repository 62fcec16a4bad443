import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signUp, startGateway, type TestGateway, type Visitor } from './testing/gateway.ts'

let gateway: TestGateway
let admin: Visitor
beforeAll(async () => {
  gateway = await startGateway()
  admin = await signUp(gateway.app, { email: 'admin@example.org' })
})
afterAll(() => gateway.stop())

const me = async (headers: Record<string, string>) =>
  (await gateway.app.inject({ url: '/api/me', headers })).json<unknown>()

describe('a bad credential falls through', () => {
  it.each([
    ['an unknown bearer token', { authorization: 'Bearer nonsense' }, 'Access token is invalid'],
    ['another case of the scheme', { authorization: 'bEaReR nonsense' }, 'Access token is invalid'],
    [
      'another scheme',
      { authorization: 'Basic YTpi' },
      "Authorization header must be provided and start with 'Bearer'",
    ],
    [
      'a scheme alone',
      { authorization: 'Bearer' },
      "Authorization header must be provided and start with 'Bearer'",
    ],
    [
      'an empty header',
      { authorization: '' },
      "Authorization header must be provided and start with 'Bearer'",
    ],
    ['an unknown API key', { 'x-api-key': 'nonsense' }, 'Access token is invalid'],
    ['an unknown bot key', { 'x-bot-api-key': 'nonsense' }, 'Access token is invalid'],
  ])('not from %s to a good session', async (_, headers, detail) => {
    expect(await me({ ...headers, cookie: admin.cookie })).toMatchObject({ status: 401, detail })
    expect(await me(headers)).toMatchObject({ status: 401, detail })
  })

  it.each([
    ['a session cookie with a changed signature', (cookie: string) => cookie.replace(/(=[^.;]+\.)./, '$1_')],
    ['a session cookie without a signature', (cookie: string) => cookie.replace(/\.[^.;]+(;|$)/, '$1')],
    [
      'a session cookie with another token',
      (cookie: string) => cookie.replace(/session_token=./, 'session_token=~'),
    ],
    ['an empty session cookie', () => 'portico.session_token='],
    ['a session cookie that is no text', () => 'portico.session_token=%E0%A4%A'],
  ])('not from %s', async (_, spoil) => {
    const cookie = spoil(admin.cookie)
    expect(cookie).not.toBe(admin.cookie)
    expect(await me({ cookie })).toMatchObject({ status: 401, code: 'session_invalid' })
  })

  it('and none at all is told to sign in', async () => {
    expect(await me({})).toMatchObject({ status: 401, code: 'not_signed_in' })
    expect(await me({ cookie: 'other=1' })).toMatchObject({ status: 401, code: 'not_signed_in' })
  })
})
