import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tokenPattern } from '../../tokens/tokens.ts'
import { signUp, startGateway, type TestGateway, type Visitor } from '../testing/gateway.ts'

let gateway: TestGateway
let ada: Visitor
let bob: Visitor
beforeAll(async () => {
  gateway = await startGateway({ signUp: 'open' })
  ada = await signUp(gateway.app, { email: 'ada@example.org' })
  bob = await signUp(gateway.app, { email: 'bob@example.org' })
})
afterAll(() => gateway.stop())

type Method = 'GET' | 'POST' | 'DELETE'
const ask = (method: Method, path = '', payload?: object, who = ada) =>
  gateway.app.inject({
    method,
    url: `/api/tokens${path}`,
    headers: who.headers,
    ...(payload && { payload }),
  })
const wanted = { name: 'Backup', permissions: ['CHAT'] }
const everywhere = { effective: 'all', replicas: 1, behind: [] }

describe('/api/tokens', () => {
  it('tells a secret once', async () => {
    const made = await ask('POST', '', { ...wanted, expires_at: '2099-01-01T00:00:00Z' })
    const { token, receipt, ...rest } = made.json<{ id: string; token: string; receipt: object }>()
    expect(made.statusCode).toBe(201)
    expect(token).toMatch(tokenPattern)
    expect(receipt).toMatchObject(everywhere)
    expect(rest).toMatchObject({
      ...wanted,
      prefix: 'pt_live_',
      last_four: token.slice(-4),
      callback_origins: null,
      expires_at: '2099-01-01T00:00:00.000Z',
      revoked_at: null,
      last_used_at: null,
    })
    const list = await ask('GET')
    expect(list.json()).toEqual({ tokens: [rest] })
    expect(list.body).not.toContain(token)
  })

  it('revokes, a second time too, and keeps the token in the list', async () => {
    const { id } = (await ask('POST', '', wanted)).json<{ id: string }>()
    for (let time = 0; time < 2; time++) {
      const answer = await ask('DELETE', `/${id}`)
      expect([answer.statusCode, answer.json()]).toMatchObject([200, { id, revoked: true, ...everywhere }])
    }
    const { tokens } = (await ask('GET')).json<{ tokens: { id: string; revoked_at: string | null }[] }>()
    expect(tokens.find((one) => one.id === id)?.revoked_at).not.toBeNull()
  })

  it("shows and revokes nobody else's", async () => {
    const { id } = (await ask('POST', '', wanted)).json<{ id: string }>()
    expect((await ask('GET', '', undefined, bob)).json()).toEqual({ tokens: [] })
    const answer = await ask('DELETE', `/${id}`, undefined, bob)
    expect([answer.statusCode, answer.json()]).toMatchObject([404, { code: 'token_not_found' }])
  })

  it.each<[object, number, string]>([
    [{ ...wanted, name: '' }, 422, 'validation_failed'],
    [{ ...wanted, permissions: [] }, 422, 'validation_failed'],
    [{ ...wanted, permissions: ['ROOT'] }, 400, 'token_permission_unknown'],
    [{ ...wanted, permissions: ['CHAT', 'CHAT'] }, 422, 'validation_failed'],
    [{ ...wanted, token: 'mine' }, 422, 'validation_failed'],
    [{ ...wanted, expires_at: 'tomorrow' }, 422, 'validation_failed'],
    [{ ...wanted, expires_at: '2001-01-01T00:00:00Z' }, 400, 'token_expiry_past'],
    [{ ...wanted, callback_origins: ['https://a.example/x'] }, 400, 'token_origin_invalid'],
  ])('refuses %j', async (body, status, code) => {
    const answer = await ask('POST', '', body)
    expect([answer.statusCode, answer.json()]).toMatchObject([status, { code }])
  })
})
