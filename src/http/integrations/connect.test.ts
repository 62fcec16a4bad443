import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openIntegrationsHouse, callbackUrl, type IntegrationsHouse } from './testing/integrations-house.ts'

let house: IntegrationsHouse
beforeAll(async () => {
  house = await openIntegrationsHouse()
})
afterAll(() => house.close())
beforeEach(async () => {
  house.oidc.next.account = 'mia'
  house.oidc.next.allows = () => true
  await house.db.deleteFrom('credentials').execute()
  await house.db.deleteFrom('oauth_states').execute()
})

interface Shown {
  id: string
  title: string
  scopes: string[]
  missing_scopes: string[]
  username: string
}

const list = async () => (await house.ask(house.ada, 'GET', '/api/integrations/credentials')).json<Shown[]>()

async function connect(provider = 'acme', query = '') {
  const { loginUrl, cookie } = await house.leave(house.ada, provider, query)
  return house.comeBack(await house.oidc.authorize(loginUrl), house.ada.cookie, cookie)
}

describe('a person', () => {
  it('connects an account in the browser, and is told on the page', async () => {
    const { answer, cookie, loginUrl } = await house.leave(house.ada)
    expect(answer.statusCode).toBe(302)
    expect(String(answer.headers['set-cookie'])).toMatch(
      /^portico_connect_\w+=[\w-]{43}; Max-Age=600; Path=\/oauth; HttpOnly; SameSite=Lax$/,
    )
    const back = await house.comeBack(await house.oidc.authorize(loginUrl), house.ada.cookie, cookie)
    expect(back.statusCode).toBe(303)
    const [credential] = await list()
    expect(back.headers.location).toBe(`/integrations?connected=${credential?.id}`)
    expect(credential).toMatchObject({ title: 'mia', username: 'mia', scopes: ['read'], missing_scopes: [] })
  })

  it('goes back to the page from which they came', async () => {
    const back = await connect('acme', '?return_to=/integrations?popup=1')
    expect(back.headers.location).toMatch(/^\/integrations\?popup=1&connected=crd_/)
  })

  it('connects in two tabs at once', async () => {
    const [first, second] = [await house.leave(house.ada), await house.leave(house.ada)]
    house.oidc.next.account = 'noa'
    const cookies = [house.ada.cookie, first.cookie, second.cookie]
    for (const { loginUrl } of [second, first]) {
      const back = await house.comeBack(await house.oidc.authorize(loginUrl), ...cookies)
      expect(back.headers.location).toContain('connected=')
    }
    expect(await list()).toHaveLength(1)
  })

  it('has several accounts of a provider, and one credential of each', async () => {
    await connect()
    house.oidc.next.account = 'noa'
    await connect()
    await connect()
    expect((await list()).map(({ username }) => username).toSorted()).toEqual(['mia', 'noa'])
  })

  it('gives a credential more scopes, and sees which were not granted', async () => {
    await connect()
    const [{ id } = { id: '' }] = await list()
    house.oidc.next.allows = (scope) => scope !== 'admin'
    await connect('acme', `?scopes=write%20admin&credentials_id=${id}`)
    expect(await list()).toMatchObject([
      { id, scopes: ['read', 'write'], asked_scopes: ['read', 'write', 'admin'], missing_scopes: ['admin'] },
    ])
  })

  it('names their tenant', async () => {
    const { loginUrl } = await house.leave(house.ada, 'tenanted', '?tenant=north')
    expect(new URL(loginUrl).searchParams.get('at')).toBe('north')
    const { answer } = await house.leave(house.ada, 'tenanted', '?tenant=no/rth')
    expect(answer.headers.location).toBe('/integrations?refused=tenanted&code=tenant_invalid')
  })
})

describe('a program', () => {
  it('catches the code itself, under either address', async () => {
    for (const prefix of ['/external-api/v1/integrations', '/api/integrations']) {
      const app = await house.program(house.ada)
      const initiated = await house.ask(app, 'POST', `${prefix}/acme/oauth/initiate`, {
        callback_url: callbackUrl,
        scopes: ['read', 'write'],
        state_metadata: { page: 7 },
      })
      const { login_url, state_token, expires_at } = initiated.json<Record<string, string>>()
      expect(Number(expires_at) - Date.now() / 1000).toBeGreaterThan(590)
      const code = new URL(await house.oidc.authorize(login_url ?? '')).searchParams.get('code')
      const completed = await house.ask(app, 'POST', `${prefix}/acme/oauth/complete`, { code, state_token })
      expect(completed.json()).toEqual({
        credentials_id: expect.stringMatching(/^crd_/) as string,
        provider: 'acme',
        type: 'oauth2',
        title: 'mia',
        scopes: ['read', 'write'],
        username: 'mia',
        state_metadata: { page: 7 },
        missing_scopes: [],
        was_known: prefix === '/api/integrations',
      })
    }
  })
})

it('a program hands on what the provider says in the callback alone, and nothing else', async () => {
  const app = await house.program(house.ada)
  const begin = { callback_url: callbackUrl }
  const initiated = await house.ask(app, 'POST', '/api/integrations/acme/oauth/initiate', begin)
  const { login_url = '', state_token } = initiated.json<Record<string, string>>()
  const callback = Object.fromEntries(new URL(await house.oidc.authorize(login_url)).searchParams)
  const { code, ...rest } = callback
  const params = { ...rest, realm: '4711', api_base: 'https://evil.example' }
  const end = { code, state_token, callback_params: params }
  expect((await house.ask(app, 'POST', '/api/integrations/acme/oauth/complete', end)).statusCode).toBe(200)
  const { learned } = await house.db.selectFrom('credentials').select('learned').executeTakeFirstOrThrow()
  expect(learned).toEqual({ realm: '4711' })
})

describe('a client that registers itself', () => {
  it('does so once for an address, however many connect at once', async () => {
    const left = await Promise.all([house.leave(house.ada, 'selfmade'), house.leave(house.bob, 'selfmade')])
    const clients = left.map(({ loginUrl }) => new URL(loginUrl).searchParams.get('client_id'))
    expect(clients[0]).toBe(clients[1])
    const rows = await house.db.selectFrom('oauth_clients').selectAll().execute()
    expect(rows).toMatchObject([{ provider: 'selfmade', issuer: house.oidc.issuer, client_id: clients[0] }])
    const [{ loginUrl, cookie }] = left
    const back = await house.comeBack(await house.oidc.authorize(loginUrl), house.ada.cookie, cookie)
    expect(back.headers.location).toContain('connected=')
  })
})

it('a service is said to support OAuth only where a person can connect it so', async () => {
  const app = await house.program(house.ada)
  const answer = await house.ask(app, 'GET', '/api/integrations/providers')
  const without = answer
    .json<Record<string, unknown>[]>()
    .filter(({ supports_oauth: supportsOAuth }) => supportsOAuth === false)
  expect(without.find(({ name }) => name === 'machine')).toMatchObject({
    can_connect: false,
    supports_client: true,
  })
  expect(without.find(({ name }) => name === 'wecom')).toMatchObject({ supports_api_key: true })
  const begin = (name: unknown) =>
    house.ask(app, 'POST', `/api/integrations/${String(name)}/oauth/initiate`, { callback_url: callbackUrl })
  const refusals = await Promise.all(without.map(async ({ name }) => (await begin(name)).json<object>()))
  for (const refusal of refusals) expect(refusal).toMatchObject({ code: 'oauth_not_supported' })
})

it("lends the account of the operator's client, once", async () => {
  const lend = () => house.ask(house.ada, 'POST', '/api/integrations/machine/client', {})
  expect((await lend()).json()).toMatchObject({ username: house.oidc.clients.machine.id, was_known: false })
  expect((await lend()).json()).toMatchObject({ was_known: true })
})

describe('a device', () => {
  const begin = async () =>
    (await house.ask(house.ada, 'POST', '/api/integrations/acme/device', {})).json<{
      id: string
      interval: number
      verification_uri_complete: string
    }>()
  const poll = async (id: string) =>
    (await house.ask(house.ada, 'POST', `/api/integrations/device/${id}/poll`)).json<{ status: string }>()

  it('is connected once its code was entered', async () => {
    const login = await begin()
    house.pass(login.interval * 1000)
    expect(await poll(login.id)).toMatchObject({ status: 'pending' })
    await house.oidc.approveDevice(login.verification_uri_complete)
    house.pass(login.interval * 1000)
    expect(await poll(login.id)).toMatchObject({ status: 'connected', connected: { username: 'mia' } })
    expect(await list()).toHaveLength(1)
  })

  it('hears that the person said no', async () => {
    const login = await begin()
    // After a denial the server asks for another code, so that the pages never end.
    await house.oidc.approveDevice(login.verification_uri_complete, { answer: 'deny' }).catch(() => {})
    house.pass(login.interval * 1000)
    expect(await poll(login.id)).toEqual({ status: 'denied' })
    expect(await list()).toEqual([])
  })

  it('asks the provider not faster than it wants, and once at a time', async () => {
    const login = await begin()
    const before = house.relay.countOf('/token')
    expect(await poll(login.id)).toEqual({ status: 'pending', interval: login.interval })
    expect(house.relay.countOf('/token')).toBe(before)
    house.pass(login.interval * 1000)
    await Promise.all([poll(login.id), poll(login.id), poll(login.id)])
    expect(house.relay.countOf('/token')).toBe(before + 1)
  })
})
