import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { Visitor } from '../testing/gateway.ts'
import { openIntegrationsHouse, type IntegrationsHouse } from './testing/integrations-house.ts'

let house: IntegrationsHouse
let workspaceId: string
let last = 0
beforeAll(async () => {
  house = await openIntegrationsHouse()
  workspaceId = (await house.identity.authenticate(house.ada.headers))?.workspaceId ?? ''
})
afterAll(() => house.close())
afterEach(async () => {
  for (const table of ['credentials', 'oauth_states', 'connect_links'] as const)
    await house.db.deleteFrom(table).execute()
})

const base = '/api/integrations/links'
const info = (who: Visitor, token: string) => house.ask(who, 'GET', `${base}/${token}`)
const begin = (who: Visitor, token: string) => house.ask(who, 'POST', `${base}/${token}/begin`)

/** Shown to Ada in a chat that is hers. */
async function shown() {
  const connectionId = `con_${++last}`
  const identity = { channel: 'telegram', tenant_id: '', external_id: connectionId, external_name: 'Ada L.' }
  const state = { status: 'connected', scopes: '[]', metadata: '{}' } as const
  await house.db
    .insertInto('connections')
    .values({ ...identity, ...state, id: connectionId, workspace_id: workspaceId, user_id: house.ada.id })
    .execute()
  return { connectionId, token: await make(connectionId) }
}

async function make(connectionId: string | null): Promise<string> {
  const owner = { workspaceId, userId: house.ada.id }
  const wish = { provider: 'acme', connectionId, turnId: null, agent: 'default' }
  const { url } = await house.db
    .transaction()
    .execute((tx) => house.connect.links.make(tx, { ...owner, ...wish }))
  return url.replace('http://127.0.0.1:8080/connect/', '')
}

async function follow(token: string) {
  const answer = await begin(house.ada, token)
  const [cookie] = answer.cookies
  const { login_url } = answer.json<{ login_url: string }>()
  return { loginUrl: login_url, cookie: `${cookie?.name}=${cookie?.value}` }
}

const endChat = (id: string) =>
  house.db.updateTable('connections').set({ status: 'revoked' }).where('id', '=', id).execute()

it('works for whom it was made', async () => {
  const { token } = await shown()
  expect((await info(house.ada, token)).json()).toMatchObject({
    provider: 'acme',
    scopes: ['read'],
    agent: 'default',
    chat: { channel: 'telegram', name: 'Ada L.' },
    credential: null,
  })
  const { loginUrl, cookie } = await follow(token)
  const back = await house.comeBack(await house.oidc.authorize(loginUrl), house.ada.cookie, cookie)
  expect(back.headers.location).toMatch(/^\/integrations\?from=chat&connected=crd_/)
  expect((await info(house.ada, token)).json()).toMatchObject({ status: 410, code: 'connect_link_used' })
})

it('is not there for anybody else', async () => {
  const { token } = await shown()
  for (const answer of [await info(house.bob, token), await begin(house.bob, token)])
    expect(answer.json()).toMatchObject({ status: 404, code: 'connect_link_not_found' })
  expect(await house.db.selectFrom('oauth_states').selectAll().execute()).toEqual([])
})

it('does not go on in another browser', async () => {
  const { loginUrl, cookie } = await follow((await shown()).token)
  const callback = await house.oidc.authorize(loginUrl)
  for (const cookies of [[house.bob.cookie], [house.ada.cookie], [house.bob.cookie, cookie]]) {
    const back = await house.comeBack(callback, ...cookies)
    expect(back.headers.location).toContain('code=oauth_browser_differs')
  }
  expect(await house.countCredentials()).toBe(0)
})

it('ends with the chat in which it was shown', async () => {
  const { connectionId, token } = await shown()
  await endChat(connectionId)
  for (const answer of [await info(house.ada, token), await begin(house.ada, token)])
    expect(answer.json()).toMatchObject({ status: 410, code: 'connect_link_expired' })
})

it('keeps nothing when the chat ends while the person is at the provider', async () => {
  const { connectionId, token } = await shown()
  const { loginUrl, cookie } = await follow(token)
  const callback = await house.oidc.authorize(loginUrl)
  await endChat(connectionId)
  const back = await house.comeBack(callback, house.ada.cookie, cookie)
  expect(back.headers.location).toContain('refused=acme&code=connect_link_expired')
  expect(await house.countCredentials()).toBe(0)
})

it('connects once, of two tabs', async () => {
  const { token } = await shown()
  const tabs = [await follow(token), await follow(token)]
  const locations: (string | undefined)[] = []
  for (const { loginUrl, cookie } of tabs) {
    const back = await house.comeBack(await house.oidc.authorize(loginUrl), house.ada.cookie, cookie)
    locations.push(back.headers.location)
  }
  expect(locations[0]).toContain('connected=')
  expect(locations[1]).toContain('code=connect_link_used')
})

it('lives for half an hour', async () => {
  const token = await make(null)
  house.pass(1_800_000)
  expect((await info(house.ada, token)).json()).toMatchObject({ status: 410, code: 'connect_link_expired' })
})

it('is stored as a hash, and no more than ten of a user live', async () => {
  const token = await make(null)
  const rows = await house.db.selectFrom('connect_links').selectAll().execute()
  expect(JSON.stringify(rows)).not.toContain(token)
  for (let made = 1; made < 10; made++) await make(null)
  await expect(make(null)).rejects.toMatchObject({ code: 'too_many_connect_links', status: 429 })
})
