import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createProxyCallers } from '../../proxy/proxy.ts'
import { signUp, startGateway, type TestGateway, type Visitor } from '../testing/gateway.ts'
import { callerOf, type App } from '../types.ts'

/** Who calls, as a route that programs may call sees it. */
function tellCaller(app: App): void {
  const config = { access: 'user', permission: 'CHAT' } as const
  app.get('/api/caller', { config, schema: { summary: 'x' } }, async (request) => callerOf(request))
}

let gateway: TestGateway
let root: Visitor
let bob: Visitor
let carol: Visitor
let service: { id: string; token: string }
beforeAll(async () => {
  gateway = await startGateway({ signUp: 'open', routes: tellCaller })
  root = await signUp(gateway.app, { name: 'Root', email: 'root@example.org' })
  bob = await signUp(gateway.app, { name: 'Bob', email: 'bob@example.org' })
  carol = await signUp(gateway.app, { name: 'Carol', email: 'carol@example.org' })
  await gateway.database.db.deleteFrom('workspace_members').where('user_id', '=', carol.id).execute()
  service = await issue(root, 'CHAT', 'ACT_AS_USER')
})
afterAll(() => gateway.stop())

async function issue(by: Visitor, ...permissions: string[]): Promise<{ id: string; token: string }> {
  const payload = { name: 'Service', permissions }
  const answer = await gateway.app.inject({
    method: 'POST',
    url: '/api/tokens',
    headers: by.headers,
    payload,
  })
  expect(answer.statusCode, answer.body).toBe(201)
  return answer.json()
}
const ask = async (headers: Record<string, string>, url = '/api/caller') => {
  const answer = await gateway.app.inject({ url, headers })
  return [answer.statusCode, answer.json()] as unknown
}
const acting = (owner: string, token = service.token) => ({
  'x-api-key': token,
  'x-portico-owner-user-id': owner,
})
const setUser = (id: string, values: { banned?: boolean; role?: string }) =>
  gateway.database.db.updateTable('users').set(values).where('id', '=', id).execute()

describe('a token with ACT_AS_USER', () => {
  it('is the member whom the header names, without any role, and says which token it is', async () => {
    const caller = { kind: 'token', userId: bob.id, name: 'Bob', role: 'user', token: { id: service.id } }
    expect(await ask(acting(bob.id))).toMatchObject([200, caller])
    const { 'x-api-key': token, ...owner } = acting(bob.id)
    expect(await ask({ authorization: `Bearer ${token}`, ...owner })).toMatchObject([200, caller])
  })

  it('is its own user without the header', async () => {
    expect(await ask({ 'x-api-key': service.token })).toMatchObject([200, { userId: root.id, role: 'user' }])
  })

  it.each<[string, () => string]>([
    ['somebody of another workspace', () => carol.id],
    ['nobody', () => 'usr_nobody'],
    ['an empty name', () => ''],
    ['two at once', () => `${bob.id}, ${root.id}`],
  ])('is not %s', async (_, owner) => {
    expect(await ask(acting(owner()))).toMatchObject([404, { code: 'owner_not_found' }])
  })

  it('is nobody who is banned', async () => {
    await setUser(bob.id, { banned: true })
    expect(await ask(acting(bob.id))).toMatchObject([403, { code: 'user_banned' }])
    await setUser(bob.id, { banned: false })
    expect(await ask(acting(bob.id))).toMatchObject([200, { userId: bob.id }])
  })

  it('uses the accounts of whom it names, and of nobody else, through the proxy', async () => {
    const { token } = await issue(root, 'USE_INTEGRATIONS', 'ACT_AS_USER')
    const { tokens, identity } = gateway
    const callers = createProxyCallers({ grants: { verify: () => undefined }, tokens, identity })
    const userOf = async (headers: Record<string, string>) => (await callers.authenticate(headers)).userId
    expect(await userOf(acting(bob.id, token))).toBe(bob.id)
    expect(await userOf({ 'x-api-key': token })).toBe(root.id)
    await expect(userOf(acting(carol.id, token))).rejects.toMatchObject({ code: 'owner_not_found' })
    const { token: plain } = await issue(root, 'USE_INTEGRATIONS')
    await expect(userOf(acting(bob.id, plain))).rejects.toMatchObject({ code: 'acting_not_permitted' })
  })

  it('opens nothing more for it: an administrator acted for is none', async () => {
    for (const [url, permission] of [
      ['/api/bot-keys', 'admin'],
      ['/api/tokens', 'user'],
    ])
      expect(await ask(acting(root.id), url)).toMatchObject([403, { code: 'permission_missing', permission }])
  })

  it('acts for nobody from when its own user administers the server no more', async () => {
    await setUser(root.id, { role: 'user' })
    expect(await ask(acting(bob.id))).toMatchObject([
      403,
      { code: 'acting_not_permitted', permission: 'ACT_AS_USER' },
    ])
    expect(await ask({ 'x-api-key': service.token })).toMatchObject([200, { userId: root.id }])
    await setUser(root.id, { role: 'admin' })
  })
})

describe('the header', () => {
  it('with a token that lacks the permission is refused, which is named, also for its own user', async () => {
    const { token } = await issue(root, 'CHAT')
    for (const owner of [bob.id, root.id, 'usr_nobody'])
      expect(await ask(acting(owner, token))).toMatchObject([
        403,
        { code: 'acting_not_permitted', permission: 'ACT_AS_USER' },
      ])
  })

  it('alone, or with a session, means nothing', async () => {
    const owner = { 'x-portico-owner-user-id': root.id }
    expect(await ask(owner)).toMatchObject([401, { code: 'not_signed_in' }])
    expect(await ask({ cookie: bob.cookie, ...owner })).toMatchObject([
      200,
      { kind: 'session', userId: bob.id },
    ])
  })

  it('with a token that is not valid is a 401, whoever is named', async () => {
    expect(await ask(acting(bob.id, `${service.token}x`))).toMatchObject([
      401,
      { code: 'credential_invalid' },
    ])
  })
})

it('nobody but an administrator of the server gives the permission', async () => {
  const payload = { name: 'Mine', permissions: ['ACT_AS_USER'] }
  const headers = bob.headers
  const made = await gateway.app.inject({ method: 'POST', url: '/api/tokens', headers, payload })
  const { id } = await issue(bob, 'CHAT')
  const changed = await gateway.app.inject({ method: 'PATCH', url: `/api/tokens/${id}`, headers, payload })
  for (const answer of [made, changed])
    expect([answer.statusCode, answer.json()]).toMatchObject([
      403,
      { code: 'token_permission_reserved', permission: 'ACT_AS_USER' },
    ])
})
