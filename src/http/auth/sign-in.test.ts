import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cookiesOf, publicUrl, signUp, startGateway, type TestGateway } from '../testing/gateway.ts'

let gateway: TestGateway
beforeAll(async () => {
  gateway = await startGateway()
})
afterAll(() => gateway.stop())

const signIn = (email: string, password: string) =>
  gateway.app.inject({
    method: 'POST',
    url: '/api/auth/sign-in/email',
    headers: { origin: publicUrl },
    payload: { email, password },
  })

describe('signing up and in', () => {
  it('makes the first user an administrator, with a workspace', async () => {
    const before = await gateway.app.inject({ url: '/api/setup' })
    expect(before.json()).toEqual({ needs_admin: true, auth_mode: 'local', sign_up: 'invitation' })
    const admin = await signUp(gateway.app, { email: 'Admin@Example.org' })
    const me = await gateway.app.inject({ url: '/api/me', headers: { cookie: admin.cookie } })
    expect(me.json()).toMatchObject({ email: 'admin@example.org', role: 'admin', signed_in_by: 'session' })
    const after = await gateway.app.inject({ url: '/api/setup' })
    expect(after.json()).toMatchObject({ needs_admin: false })
  })

  it('refuses a second user without an invitation, with a sentence that helps', async () => {
    const refused = await gateway.app.inject({
      method: 'POST',
      url: '/api/auth/sign-up/email',
      payload: { name: 'Eve', email: 'eve@example.org', password: 'correct horse' },
    })
    expect(refused.statusCode).toBe(403)
    expect(refused.json()).toMatchObject({
      code: 'sign_up_closed',
      detail: 'Signing up needs an invitation. Ask an administrator for one.',
    })
  })

  it('signs in with an HttpOnly, SameSite=Lax cookie and out again at once', async () => {
    const answer = await signIn('admin@example.org', 'correct horse')
    expect(answer.statusCode).toBe(200)
    const session = answer.cookies.find(({ name }) => name === 'portico.session_token')
    expect(session).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' })
    const cookie = cookiesOf(answer)
    const me = () => gateway.app.inject({ url: '/api/me', headers: { cookie } })
    expect((await me()).statusCode).toBe(200)
    const out = await gateway.app.inject({
      method: 'POST',
      url: '/api/auth/sign-out',
      headers: { cookie, origin: publicUrl },
    })
    expect(out.statusCode).toBe(200)
    expect((await me()).json()).toMatchObject({ status: 401, code: 'session_invalid' })
  })

  it('answers a wrong password and an unknown address alike', async () => {
    const wrong = await signIn('admin@example.org', 'not the password')
    const unknown = await signIn('nobody@example.org', 'not the password')
    expect(wrong.json()).toMatchObject({ status: 401, code: 'wrong_email_or_password' })
    expect({ ...unknown.json<object>(), request_id: '' }).toEqual({ ...wrong.json<object>(), request_id: '' })
  })

  it('ends every session of a banned user with their next request', async () => {
    const admin = await signIn('admin@example.org', 'correct horse')
    const headers = { cookie: cookiesOf(admin), origin: publicUrl }
    const { principal } = await invited('banned@example.org')
    const session = await signIn('banned@example.org', 'correct horse')
    const ban = await gateway.app.inject({
      method: 'POST',
      url: '/api/auth/admin/ban-user',
      headers,
      payload: { userId: principal.userId },
    })
    expect(ban.statusCode).toBe(200)
    const me = await gateway.app.inject({ url: '/api/me', headers: { cookie: cookiesOf(session) } })
    expect(me.statusCode).toBe(401)
    expect((await signIn('banned@example.org', 'correct horse')).json()).toMatchObject({
      code: 'user_banned',
    })
    const audit = await gateway.app.inject({ url: '/api/audit', headers })
    expect(audit.json()).toMatchObject({
      entries: [{ action: 'user.banned', subject: { kind: 'user', id: principal.userId } }, {}, {}, {}, {}],
    })
  })

  it('lets an ordinary user into none of the administration of users', async () => {
    const { headers } = await invited('plain@example.org')
    const cookie = headers.getSetCookie().join('; ')
    const list = await gateway.app.inject({ url: '/api/auth/admin/list-users', headers: { cookie } })
    expect(list.statusCode).toBe(403)
  })

  it('has none of better-auth’s endpoints that go past admission', async () => {
    for (const path of ['admin/create-user', 'admin/impersonate-user', 'delete-user', 'sign-in/social']) {
      const answer = await gateway.app.inject({ method: 'POST', url: `/api/auth/${path}`, payload: {} })
      expect(answer.json(), path).toMatchObject({ status: 404, code: 'route_not_found' })
    }
  })

  it('lets nobody stay signed in for longer than the session lasts', async () => {
    const session = await signIn('admin@example.org', 'correct horse')
    gateway.pass(31 * 86_400_000)
    const me = await gateway.app.inject({ url: '/api/me', headers: { cookie: cookiesOf(session) } })
    expect(me.statusCode).toBe(401)
  })
})

async function invited(email: string) {
  const admin = await gateway.identity.authenticate({
    cookie: cookiesOf(await signIn('admin@example.org', 'correct horse')),
  })
  if (admin === undefined) throw new Error('The administrator is not signed in.')
  const { token } = await gateway.identity.invitations.invite(admin, admin.workspaceId, {
    email,
    role: 'member',
  })
  return gateway.identity.signUp({ name: 'Invited', email, password: 'correct horse', invitation: token })
}
