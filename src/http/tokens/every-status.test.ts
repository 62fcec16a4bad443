import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tokenPattern } from '../../tokens/tokens.ts'
import { signUp, startGateway, type TestGateway, type Visitor } from '../testing/gateway.ts'

let gateway: TestGateway
let root: Visitor
let ada: Visitor
let bob: Visitor
beforeAll(async () => {
  gateway = await startGateway({ signUp: 'open' })
  root = await signUp(gateway.app, { email: 'root@example.org' })
  ada = await signUp(gateway.app, { email: 'ada@example.org' })
  bob = await signUp(gateway.app, { email: 'bob@example.org' })
})
afterAll(() => gateway.stop())

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
type Call = [method: Method, url: string, payload?: object]
async function ask([method, url, payload]: Call, who: Visitor | null = ada) {
  const headers = who?.headers ?? {}
  const answer = await gateway.app.inject({ method, url, headers, ...(payload && { payload }) })
  const body = answer.json<Record<string, unknown>>()
  return { status: answer.statusCode, body }
}
async function refused(call: Call, who?: Visitor | null) {
  const { status, body } = await ask(call, who)
  return [status, body['code']] as const
}
const wanted = { name: 'Backup', permissions: ['CHAT'] }
const everywhere = { effective: 'all', replicas: 1, behind: [] }
async function make(body: object = {}) {
  const made = await ask(['POST', '/api/tokens', { ...wanted, ...body }])
  expect(made.status).toBe(201)
  return made.body as { id: string; token: string }
}
const hashOf = (text: string) => createHash('sha256').update(text).digest('base64url')

describe('every route of tokens', () => {
  it('gives and shows all that a token can have', async () => {
    const whole = {
      type: 'dataset',
      environment: 'test',
      agent_id: 'helper',
      callback_origins: ['https://app.example.com'],
      limits: [{ name: 'requests', limit: 5, window_s: 60, exact: true }],
      credits: { amount: 9, refill: 'never' },
      addresses: ['10.0.0.0/8'],
      metadata: { team: 'a' },
    }
    const { token, ...made } = await make(whole)
    expect(token).toMatch(tokenPattern)
    expect(made).toMatchObject({ ...wanted, ...whole, user_id: ada.id, enabled: true, receipt: everywhere })
    const { status, body } = await ask(['GET', `/api/tokens/${made.id}`])
    expect([status, { ...body, receipt: everywhere }]).toMatchObject([200, { ...whole, id: made.id }])
    expect(JSON.stringify(body)).not.toContain(token)
  })

  it('changes, rotates and revokes, each with a receipt', async () => {
    const { id, token } = await make()
    const url = `/api/tokens/${id}`
    expect(await ask(['PATCH', url, { name: 'New', addresses: ['::1'] }])).toMatchObject({
      status: 200,
      body: { id, name: 'New', addresses: ['::1'], permissions: ['CHAT'], receipt: everywhere },
    })
    const rotated = await ask(['POST', `${url}/rotate`, { overlap_s: 60 }])
    expect(rotated).toMatchObject({ status: 200, body: { id, receipt: everywhere } })
    expect(rotated.body['token']).not.toBe(token)
    expect(rotated.body['secrets']).toHaveLength(2)
    expect(await refused(['POST', `${url}/rotate`, { overlap_s: 1 }])).toEqual([
      409,
      'token_rotation_overlaps',
    ])
    expect((await ask(['POST', `${url}/rotate`, {}])).body['secrets']).toHaveLength(1)
    expect(await ask(['DELETE', url])).toMatchObject({
      status: 200,
      body: { id, revoked: true, ...everywhere },
    })
    expect(await refused(['PATCH', url, { name: 'Late' }])).toEqual([409, 'token_ended'])
    expect(await refused(['POST', `${url}/rotate`, {}])).toEqual([409, 'token_ended'])
  })

  it('imports by hash, and what was imported signs in', async () => {
    const tokens = [{ ...wanted, hash: hashOf('made-elsewhere'), prefix: 'key_', last_four: 'here' }]
    expect(await ask(['POST', '/api/tokens/import', { tokens }])).toMatchObject({
      status: 201,
      body: { tokens: [{ imported: true, prefix: 'key_', last_four: 'here' }], receipt: everywhere },
    })
    const asked = async (headers: Record<string, string>) =>
      (await gateway.app.inject({ url: '/api/me', headers })).statusCode
    // 403: known, but no token opens that.
    expect(await asked({ 'x-api-key': 'made-elsewhere' })).toBe(403)
    expect(await asked({ authorization: 'Bearer made-elsewhere' })).toBe(403)
    expect(await asked({ authorization: 'Bearer made-nowhere' })).toBe(401)
    expect(await ask(['POST', '/api/tokens/import', { tokens }])).toMatchObject({
      status: 409,
      body: { code: 'token_hash_taken', index: 0 },
    })
    expect(await refused(['POST', '/api/tokens/import', { tokens: [] }])).toEqual([422, 'validation_failed'])
    const wrong = [{ ...wanted, hash: 'x'.repeat(64) }]
    expect(await refused(['POST', '/api/tokens/import', { tokens: wrong }])).toEqual([
      400,
      'token_hash_invalid',
    ])
  })

  it("shows a workspace's to its administrators, who revoke them and no more", async () => {
    const { id } = await make()
    expect(await refused(['GET', '/api/tokens?of=workspace'], bob)).toEqual([
      403,
      'workspace_permission_missing',
    ])
    const { body } = await ask(['GET', '/api/tokens?of=workspace'], root)
    expect((body['tokens'] as { id: string }[]).map((one) => one.id)).toContain(id)
    expect(await refused(['GET', '/api/tokens?of=all'])).toEqual([422, 'validation_failed'])
    const own: Call[] = [
      ['PATCH', `/api/tokens/${id}`, { name: 'x' }],
      ['POST', `/api/tokens/${id}/rotate`, {}],
    ]
    const seen: Call[] = [
      ['GET', `/api/tokens/${id}`],
      ['DELETE', `/api/tokens/${id}`],
    ]
    for (const call of [...own, ...seen])
      expect(await refused(call, bob), call[1]).toEqual([404, 'token_not_found'])
    for (const call of own) expect(await refused(call, root)).toEqual([404, 'token_not_found'])
    for (const call of seen) expect((await ask(call, root)).status).toBe(200)
  })

  it.each<[object, number, string]>([
    [{ agent_id: 'nobody' }, 404, 'token_agent_unknown'],
    [{ addresses: ['10.0.0.0/99'] }, 400, 'token_address_invalid'],
    [{ permissions: ['ACT_AS_USER'] }, 403, 'token_permission_reserved'],
    [{ metadata: { text: 'x'.repeat(5_000) } }, 400, 'token_metadata_too_large'],
    [{ limits: Array(2).fill({ name: 'a', limit: 1, window_s: 1 }) }, 400, 'token_limit_repeated'],
    [{ limits: [{ name: 'A', limit: 1, window_s: 1 }] }, 422, 'validation_failed'],
    [{ limits: [{ name: 'a', limit: 0, window_s: 1 }] }, 422, 'validation_failed'],
    [{ limits: [{ name: 'a', limit: 1_000_000_001, window_s: 1 }] }, 422, 'validation_failed'],
    [{ limits: [{ name: 'a', limit: 1, window_s: 2_678_401 }] }, 422, 'validation_failed'],
    [{ credits: { amount: 0, refill: 'never' } }, 422, 'validation_failed'],
    [{ credits: { amount: 1, refill: 'hourly' } }, 422, 'validation_failed'],
    [{ addresses: [] }, 422, 'validation_failed'],
  ])('refuses %j, new or as a change', async (wrong, status, code) => {
    expect(await refused(['POST', '/api/tokens', { ...wanted, ...wrong }])).toEqual([status, code])
    const { id } = await make()
    expect(await refused(['PATCH', `/api/tokens/${id}`, wrong])).toEqual([status, code])
  })

  it('refuses a change of nothing, and of what is for ever', async () => {
    const { id } = await make()
    for (const body of [{}, { type: 'x' }, { environment: 'test' }])
      expect(await refused(['PATCH', `/api/tokens/${id}`, body])).toEqual([422, 'validation_failed'])
    const overlap = ['POST', `/api/tokens/${id}/rotate`, { overlap_s: 2_592_001 }] as Call
    expect(await refused(overlap)).toEqual([422, 'validation_failed'])
  })
})

describe('what is switched as a whole', () => {
  const limits = { limits: [{ name: 'requests', limit: 5, window_s: 60, exact: false }], credits: null }

  it("is a user's tokens, limited together", async () => {
    const url = `/api/users/${ada.id}/token-limits`
    expect(await ask(['PUT', url, limits], root)).toMatchObject({
      status: 200,
      body: { ...limits, receipt: everywhere },
    })
    expect(await ask(['GET', url], root)).toEqual({ status: 200, body: limits })
    expect(await refused(['GET', url])).toEqual([403, 'permission_missing'])
    expect(await refused(['PUT', url, limits])).toEqual([403, 'permission_missing'])
    const nobody = '/api/users/usr_nobody/token-limits'
    expect(await refused(['GET', nobody], root)).toEqual([404, 'token_user_unknown'])
    expect(await refused(['PUT', nobody, limits], root)).toEqual([404, 'token_user_unknown'])
    const twice = { limits: [...limits.limits, ...limits.limits], credits: null }
    expect(await refused(['PUT', url, twice], root)).toEqual([400, 'token_limit_repeated'])
    await ask(['PUT', url, { limits: [], credits: null }], root)
  })

  it('is an agent, with the tokens that are kept to it', async () => {
    const kept = (await make({ agent_id: 'helper' })).token
    const isLetIn = async () =>
      (await gateway.app.inject({ url: '/api/me', headers: { 'x-api-key': kept } })).statusCode === 403
    expect(await ask(['PATCH', '/api/agents/helper', { disabled: true }], root)).toEqual({
      status: 200,
      body: { name: 'helper', kind: 'echo', disabled: true, receipt: expect.any(Object) as unknown },
    })
    expect(await isLetIn()).toBe(false)
    expect((await ask(['GET', '/api/agents'])).body).toEqual({
      agents: [
        { name: 'default', kind: 'echo', disabled: false },
        { name: 'helper', kind: 'echo', disabled: true },
      ],
    })
    await ask(['PATCH', '/api/agents/helper', { disabled: false }], root)
    expect(await isLetIn()).toBe(true)
    expect(await refused(['PATCH', '/api/agents/nobody', { disabled: true }], root)).toEqual([
      404,
      'token_agent_unknown',
    ])
    expect(await refused(['PATCH', '/api/agents/helper', { disabled: true }])).toEqual([
      403,
      'permission_missing',
    ])
  })

  it('is a workspace, but not the only one of the administrator who asks', async () => {
    const { token } = await make()
    const [home] = (await ask(['GET', '/api/workspaces'], root)).body['workspaces'] as { id: string }[]
    const change = (disabled: boolean): Call => ['PATCH', `/api/workspaces/${home?.id}`, { disabled }]
    expect(await refused(change(true), root)).toEqual([409, 'last_active_workspace'])
    expect(await refused(change(true))).toEqual([403, 'permission_missing'])
    expect(await refused(['PATCH', '/api/workspaces/wsp_x', { disabled: true }], root)).toEqual([
      404,
      'workspace_not_found',
    ])
    await ask(['POST', '/api/workspaces', { name: 'Second' }], root)
    expect(await ask(change(true), root)).toMatchObject({
      status: 200,
      body: { id: home?.id, disabled: true, receipt: everywhere },
    })
    const asked = () => gateway.app.inject({ url: '/api/me', headers: { 'x-api-key': token } })
    expect((await asked()).statusCode).toBe(401)
    expect((await ask(change(false), root)).body).toMatchObject({ disabled: false })
    expect((await asked()).statusCode).toBe(403)
    const entries = await gateway.database.db
      .selectFrom('audit_entries')
      .select(['action', 'actor_id'])
      .where('action', 'in', ['workspace.disabled', 'workspace.enabled'])
      .orderBy('seq')
      .execute()
    expect(entries).toEqual([
      { action: 'workspace.disabled', actor_id: root.id },
      { action: 'workspace.enabled', actor_id: root.id },
    ])
  })

  it('needs somebody who is signed in, on every route', async () => {
    const calls: Call[] = [
      ['GET', '/api/tokens'],
      ['POST', '/api/tokens', wanted],
      ['POST', '/api/tokens/import', { tokens: [] }],
      ['GET', '/api/tokens/tok_x'],
      ['PATCH', '/api/tokens/tok_x', { name: 'x' }],
      ['DELETE', '/api/tokens/tok_x'],
      ['POST', '/api/tokens/tok_x/rotate', {}],
      ['GET', '/api/users/usr_x/token-limits'],
      ['PUT', '/api/users/usr_x/token-limits', limits],
      ['GET', '/api/agents'],
      ['PATCH', '/api/agents/helper', { disabled: true }],
      ['PATCH', '/api/workspaces/wsp_x', { disabled: true }],
    ]
    for (const call of calls) expect(await refused(call, null), call[1]).toEqual([401, 'not_signed_in'])
    const { token } = await make({ permissions: ['CHAT', 'USE_INTEGRATIONS'] })
    for (const [method, url, payload] of calls) {
      const headers = { 'x-api-key': token }
      const answer = await gateway.app.inject({ method, url, headers, ...(payload && { payload }) })
      expect([answer.statusCode, answer.json()], url).toMatchObject([403, { code: 'permission_missing' }])
    }
  })
})
