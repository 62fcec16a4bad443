import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Permission } from '../../tokens/tokens.ts'
import { signUp, startGateway, type TestGateway, type Visitor } from '../testing/gateway.ts'
import { callerOf, type App } from '../types.ts'

/** Who calls, as a route that programs may call sees it. */
function tellCaller(app: App): void {
  const config = { access: 'user', permission: 'CHAT' } as const
  app.get('/api/caller', { config, schema: { summary: 'x' } }, async (request) => callerOf(request))
  app.post('/api/caller', { config, schema: { summary: 'x' } }, async (request) => callerOf(request))
}

let gateway: TestGateway
let admin: Visitor
beforeAll(async () => {
  gateway = await startGateway({ routes: tellCaller })
  admin = await signUp(gateway.app, { name: 'Root', email: 'root@example.org' })
})
afterAll(() => gateway.stop())

async function issue(...permissions: Permission[]): Promise<{ id: string; token: string }> {
  const answer = await gateway.app.inject({
    method: 'POST',
    url: '/api/tokens',
    headers: admin.headers,
    payload: { name: 'Backup', permissions },
  })
  return answer.json()
}
const ask = async (
  headers: Record<string, string>,
  url = '/api/caller',
  method: 'GET' | 'POST' | 'DELETE' = 'GET',
) => {
  const answer = await gateway.app.inject({ method, url, headers, ...(method === 'POST' && { payload: {} }) })
  return [answer.statusCode, answer.json()] as unknown
}

describe('an API token', () => {
  it('is its user without their role, by either header', async () => {
    const { id, token } = await issue('CHAT', 'READ_INTEGRATIONS')
    const caller = {
      kind: 'token',
      userId: admin.id,
      name: 'Root',
      email: 'root@example.org',
      role: 'user',
      token: { id, name: 'Backup', permissions: ['CHAT', 'READ_INTEGRATIONS'], callbackOrigins: null },
    }
    expect(await ask({ 'x-api-key': token })).toMatchObject([200, caller])
    expect(await ask({ authorization: `bearer ${token}` })).toMatchObject([200, caller])
  })

  it('needs no CSRF token, since no browser sends it unasked', async () => {
    const { token } = await issue('CHAT')
    const headers = { 'x-api-key': token, origin: 'https://elsewhere.example' }
    expect(await ask(headers, '/api/caller', 'POST')).toMatchObject([200, { kind: 'token' }])
  })

  it('does not open a route whose permission it lacks, which is named', async () => {
    const { token } = await issue('READ_INTEGRATIONS')
    expect(await ask({ 'x-api-key': token })).toMatchObject([
      403,
      { code: 'permission_missing', permission: 'CHAT' },
    ])
  })

  it.each([
    ['GET', '/api/me', 'user'],
    ['GET', '/api/tokens', 'user'],
    ['POST', '/api/tokens', 'user'],
    ['DELETE', '/api/tokens/tok_x', 'user'],
    ['GET', '/api/bot-keys', 'admin'],
  ] as const)('does not open %s %s, with all permissions', async (method, url, permission) => {
    const { token } = await issue(
      'CHAT',
      'READ_INTEGRATIONS',
      'MANAGE_INTEGRATIONS',
      'DELETE_INTEGRATIONS',
      'USE_INTEGRATIONS',
    )
    expect(await ask({ 'x-api-key': token }, url, method)).toMatchObject([
      403,
      { code: 'permission_missing', permission },
    ])
  })

  it('that is not valid is never passed over for a session that is', async () => {
    const { id, token } = await issue('CHAT')
    await gateway.tokens.revoke(
      {
        kind: 'session',
        userId: admin.id,
        name: '',
        email: null,
        role: 'user',
        workspaceId: await workspace(),
      },
      id,
    )
    const forged = token.slice(0, -1) + (token.endsWith('x') ? 'y' : 'x')
    for (const wrong of [token, forged, 'pt_live_', 'nonsense', ''])
      for (const headers of [{ 'x-api-key': wrong }, { authorization: `Bearer ${wrong || 'pt_'}` }])
        expect(await ask({ ...headers, cookie: admin.cookie }), wrong).toMatchObject([
          401,
          { code: 'credential_invalid' },
        ])
  })

  it("never stands in the record for what an administrator's session does", async () => {
    const { token } = await issue('CHAT')
    const answer = await gateway.app.inject({
      method: 'POST',
      url: '/api/auth/admin/ban-user',
      headers: { ...admin.headers, 'x-api-key': token },
      payload: { userId: admin.id },
    })
    expect([answer.statusCode, answer.json()]).toMatchObject([401, { code: 'not_signed_in' }])
    const entries = await gateway.database.db
      .selectFrom('audit_entries')
      .select('action')
      .where('action', 'like', 'user.banned')
      .execute()
    expect(entries).toEqual([])
  })

  it('is not asked of people', async () => {
    expect(await ask({ cookie: admin.cookie })).toMatchObject([200, { kind: 'session', role: 'admin' }])
  })
})

async function workspace(): Promise<string> {
  const { id } = await gateway.database.db.selectFrom('workspaces').select('id').executeTakeFirstOrThrow()
  return id
}

describe('without authentication', () => {
  it('a token opens no more than elsewhere, and a wrong one nothing', async () => {
    const open = await startGateway({ mode: { kind: 'disabled' }, routes: tellCaller })
    try {
      const host = { host: '127.0.0.1:8080' }
      const local = await open.identity.authenticate({})
      const { secret } = await open.tokens.issue(local!, { name: 'x', permissions: ['USE_INTEGRATIONS'] })
      const statusOf = async (url: string, headers: Record<string, string>) =>
        (await open.app.inject({ url, headers: { ...host, ...headers } })).statusCode
      expect(await statusOf('/api/caller', {})).toBe(200)
      expect(await statusOf('/api/caller', { 'x-api-key': secret })).toBe(403)
      expect(await statusOf('/api/bot-keys', { authorization: `Bearer ${secret}` })).toBe(403)
      expect(await statusOf('/api/caller', { 'x-api-key': `${secret}x` })).toBe(401)
    } finally {
      await open.stop()
    }
  })
})
