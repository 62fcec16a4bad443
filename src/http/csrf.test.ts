import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { publicUrl, signUp, startGateway, type TestGateway, type Visitor } from './testing/gateway.ts'

let gateway: TestGateway
let admin: Visitor
beforeAll(async () => {
  gateway = await startGateway()
  admin = await signUp(gateway.app, { email: 'admin@example.org' })
})
afterAll(() => gateway.stop())

async function create(headers: Record<string, string>) {
  const answer = await gateway.app.inject({
    method: 'POST',
    url: '/api/workspaces',
    headers,
    payload: { name: 'Forged' },
  })
  const { status, code, detail } = answer.json<{ status?: number; code?: string; detail?: string }>()
  return { status: status ?? answer.statusCode, code, detail }
}

describe('a page of another site acts through a visitor’s browser', () => {
  it('not without the token', async () => {
    expect(await create({ cookie: admin.cookie, origin: publicUrl })).toEqual({
      status: 403,
      code: 'csrf_token_missing',
      detail: 'CSRF token missing. Include X-CSRF-Token header.',
    })
  })

  it('not with a guessed token', async () => {
    const mismatch = { status: 403, code: 'csrf_token_mismatch', detail: 'CSRF token mismatch.' }
    expect(await create({ ...admin.headers, 'x-csrf-token': 'guess' })).toEqual(mismatch)
    expect(await create({ ...admin.headers, 'x-csrf-token': admin.csrf.replace(/^./, '~') })).toEqual(
      mismatch,
    )
  })

  it.each([
    ['another site', 'https://evil.example'],
    ['another port', 'http://127.0.0.1:9090'],
    ['another scheme', 'https://127.0.0.1:8080'],
    ['a sandboxed frame', 'null'],
    ['a name that begins like ours', `${publicUrl}.evil.example`],
  ])('not from %s, token or no token', async (_, origin) => {
    expect(await create({ ...admin.headers, origin })).toMatchObject({ status: 403, code: 'foreign_origin' })
  })

  it('not where only Sec-Fetch-Site tells', async () => {
    const { cookie, 'x-csrf-token': token } = admin.headers
    for (const site of ['cross-site', 'same-site'])
      expect(await create({ cookie, 'x-csrf-token': token, 'sec-fetch-site': site })).toMatchObject({
        code: 'foreign_origin',
      })
  })

  it('but our own page and a program with the token do', async () => {
    const { cookie, 'x-csrf-token': token } = admin.headers
    expect(await create(admin.headers)).toMatchObject({ status: 201 })
    expect(await create({ ...admin.headers, origin: 'http://localhost:8080' })).toMatchObject({ status: 201 })
    expect(await create({ cookie, 'x-csrf-token': token, 'sec-fetch-site': 'same-origin' })).toMatchObject({
      status: 201,
    })
    expect(await create({ cookie, 'x-csrf-token': token })).toMatchObject({ status: 201 })
  })

  it('and so does our own page under an address that we were not told of', async () => {
    const address = { host: '192.0.2.7:8080', origin: 'http://192.0.2.7:8080' }
    expect(await create({ ...admin.headers, ...address })).toMatchObject({ status: 201 })
    const signIn = await gateway.app.inject({
      method: 'POST',
      url: '/api/auth/sign-in/email',
      headers: { ...address, cookie: admin.cookie },
      payload: { email: 'admin@example.org', password: 'correct horse' },
    })
    expect(signIn.statusCode).toBe(200)
  })

  it('nor does it sign people in or up', async () => {
    for (const path of ['sign-in/email', 'sign-up/email', 'sign-out']) {
      const answer = await gateway.app.inject({
        method: 'POST',
        url: `/api/auth/${path}`,
        headers: { cookie: admin.cookie, origin: 'https://evil.example' },
        payload: { name: 'x', email: 'admin@example.org', password: 'correct horse' },
      })
      expect(answer.json(), path).toMatchObject({ status: 403, code: 'foreign_origin' })
    }
  })
})

describe('a foreign page drives a server without authentication', () => {
  let open: TestGateway
  beforeAll(async () => {
    open = await startGateway({ mode: { kind: 'disabled' } })
  })
  afterAll(() => open.stop())

  const ask = (headers: Record<string, string>, method: 'GET' | 'POST' = 'POST') =>
    open.app.inject({
      method,
      url: '/api/workspaces',
      headers: { host: '127.0.0.1:8080', ...headers },
      ...(method === 'POST' ? { payload: { name: 'Forged' } } : {}),
    })

  it.each([
    ['a name that was rebound to this machine', { host: 'rebound.example:8080' }, 'foreign_host'],
    ['a name that ends like ours', { host: '127.0.0.1.evil.example' }, 'foreign_host'],
    ['a post from another site', { origin: 'https://evil.example' }, 'foreign_origin'],
    ['a form of another site', { 'sec-fetch-site': 'cross-site' }, 'foreign_origin'],
  ])('not by %s', async (_, headers, code) => {
    expect((await ask(headers)).json()).toMatchObject({ status: 403, code })
  })

  it('not by reading', async () => {
    const answer = await ask({ 'sec-fetch-site': 'cross-site' }, 'GET')
    expect(answer.json()).toMatchObject({ status: 403, code: 'foreign_origin' })
  })

  it('but its own page and programs do, as the one local administrator', async () => {
    expect((await ask({ origin: publicUrl })).statusCode).toBe(201)
    expect((await ask({ host: 'localhost:8080' })).statusCode).toBe(201)
    const me = await open.app.inject({ url: '/api/me', headers: { host: '[::1]:8080' } })
    expect(me.json()).toMatchObject({ id: 'default', role: 'admin', email: null, signed_in_by: 'local' })
  })
})
