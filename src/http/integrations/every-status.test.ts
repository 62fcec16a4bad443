import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callbackUrl, openIntegrationsHouse, type IntegrationsHouse } from './testing/integrations-house.ts'

type Caller = { headers: Record<string, string> } | undefined
type Answer = Awaited<ReturnType<IntegrationsHouse['ask']>>
type Case = [route: string, status: number, what: string, ask: () => Promise<Answer>]

let house: IntegrationsHouse
let app: Caller
/** With the permission to use credentials alone. */
let powerless: Caller
beforeAll(async () => {
  house = await openIntegrationsHouse()
  app = await house.program(house.ada)
  powerless = await house.program(house.ada, { permissions: ['USE_INTEGRATIONS'] })
})
afterAll(() => house.close())

const api = '/api/integrations'
const external = '/external-api/v1/integrations'
const get = (path: string, who: Caller = app) => house.ask(who, 'GET', path)
const post = (path: string, body?: object, who: Caller = app) => house.ask(who, 'POST', path, body)
const nobody = { headers: {} }

const initiateAt = (provider: string, body: object = {}, who: Caller = app) =>
  post(`${external}/${provider}/oauth/initiate`, { callback_url: callbackUrl, ...body }, who)
const completeAt = (provider: string, body: object, who: Caller = app) =>
  post(`${external}/${provider}/oauth/complete`, body, who)

async function agreed(provider = 'acme', body: object = {}) {
  const { login_url, state_token } = (await initiateAt(provider, body)).json<Record<string, string>>()
  const code = new URL(await house.oidc.authorize(login_url ?? '')).searchParams.get('code')
  return { code, state_token }
}

const key = { type: 'api_key', api_key: 'key-1', title: 'Mine' }
const login = { type: 'user_password', username: 'mia', password: 'p', title: 'Mine' }
const host = { type: 'host_scoped', host: 'api.example.com', headers: { 'X-Key': 'k' }, title: 'Mine' }
const add = (provider: string, body: object, who: Caller = app) =>
  post(`${external}/${provider}/credentials`, body, who)
const added = async (provider = 'keyed', body: object = key) =>
  (await add(provider, body)).json<{ id: string }>().id
const remove = (id: string, provider = 'keyed', who: Caller = app) =>
  house.ask(who, 'DELETE', `${external}/${provider}/credentials/${id}`)
const rename = (id: string, body: object, who: Caller = app, provider = 'keyed') =>
  house.ask(who, 'PATCH', `${api}/${provider}/credentials/${id}`, body)

async function device(who: Caller = app) {
  const login = await post(`${api}/acme/device`, {}, who)
  return login.json<{ id: string; expires_at: number }>()
}
const poll = (id: string, who: Caller = app) => post(`${api}/device/${id}/poll`, undefined, who)

/** One that waits, as if the provider had been configured otherwise since. */
async function pollAs(provider: string) {
  const { id } = await device()
  await house.db.updateTable('device_logins').set({ provider }).where('id', '=', id).execute()
  house.pass(60_000)
  return poll(id)
}
/** One for a credential of mia, where this account was chosen. */
async function approvedAs(account: string): Promise<string> {
  const connected = await completeAt('acme', await agreed())
  const { credentials_id } = connected.json<{ credentials_id: string }>()
  const begun = await post(`${api}/acme/device`, { credentials_id })
  const { id, verification_uri_complete } = begun.json<Record<'id' | 'verification_uri_complete', string>>()
  house.oidc.next.account = account
  await house.oidc.approveDevice(verification_uri_complete)
  house.oidc.next.account = 'mia'
  house.pass(60_000)
  return id
}

async function makeLink(provider = 'acme'): Promise<string> {
  const caller = await house.identity.authenticate(house.ada.headers)
  if (caller === undefined) throw new Error('Ada is not signed in.')
  const { workspaceId, userId } = caller
  const wish = { provider, connectionId: null, turnId: null, agent: null }
  const { url } = await house.db
    .transaction()
    .execute((tx) => house.connect.links.make(tx, { workspaceId, userId, ...wish }))
  return url.slice(url.lastIndexOf('/') + 1)
}
const beginLink = async (provider: string) =>
  post(`${api}/links/${await makeLink(provider)}/begin`, undefined, house.ada)
const expireLinks = () =>
  house.db
    .updateTable('connect_links')
    .set({ expires_at: new Date(0) })
    .execute()

async function waitingApproval(): Promise<string> {
  const caller = await house.identity.authenticate(house.ada.headers)
  const { workspaceId = '', userId = '' } = caller ?? {}
  const credentialId = await added()
  const where = { method: 'POST', host: 'api.example.com', path: '/things', bodyPreview: null }
  const whose = { workspaceId, userId, agent: 'default', conversationId: null, turnId: null }
  const ask = { ...whose, ...where, credentialId, provider: 'keyed', digest: credentialId }
  const claim = await house.useApprovals.claim(ask)
  return claim.kind === 'pending' ? claim.approval.id : ''
}
const decide = (id: string, body: object = { decision: 'approve' }, who: Caller = house.ada) =>
  post(`${api}/approvals/${id}`, body, who)

const reading: Case[] = [
  ['GET /providers', 200, 'all', () => get(`${external}/providers`)],
  ['GET /providers', 401, 'nobody', () => get(`${external}/providers`, nobody)],
  [
    'GET /providers',
    401,
    'a made-up token',
    () => get(`${external}/providers`, { headers: { 'x-api-key': 'nonsense' } }),
  ],
  ['GET /providers', 403, 'no permission', () => get(`${external}/providers`, powerless)],
  ['GET /credentials', 200, 'own', () => get(`${external}/credentials`)],
  ['GET /credentials', 401, 'nobody', () => get(`${external}/credentials`, nobody)],
  ['GET /credentials', 403, 'no permission', () => get(`${external}/credentials`, powerless)],
  ['GET /{provider}/credentials', 200, 'own', () => get(`${external}/keyed/credentials`)],
  ['GET /{provider}/credentials', 200, 'none of an unknown one', () => get(`${external}/nosuch/credentials`)],
  ['GET /{provider}/credentials', 401, 'nobody', () => get(`${external}/keyed/credentials`, nobody)],
  ['GET /revocations', 200, 'own', () => get(`${api}/revocations`)],
  ['GET /revocations', 401, 'nobody', () => get(`${api}/revocations`, nobody)],
  ['GET /revocations', 403, 'no permission', () => get(`${api}/revocations`, powerless)],
]

const oauth: Case[] = [
  ['POST initiate', 200, 'begun', () => initiateAt('acme')],
  [
    'POST initiate',
    400,
    'another origin',
    () => initiateAt('acme', { callback_url: 'https://evil.example' }),
  ],
  ['POST initiate', 400, 'scopes that are none', () => initiateAt('acme', { scopes: ['a b'] })],
  ['POST initiate', 400, 'no tenant', () => initiateAt('tenanted')],
  ['POST initiate', 401, 'nobody', () => initiateAt('acme', {}, nobody)],
  ['POST initiate', 403, 'no permission', () => initiateAt('acme', {}, powerless)],
  [
    'POST initiate',
    403,
    'from another site',
    () => initiateAt('acme', {}, { headers: { ...house.ada.headers, 'x-csrf-token': 'wrong' } }),
  ],
  ['POST initiate', 404, 'unknown', () => initiateAt('nosuch')],
  ['POST initiate', 404, 'no OAuth', () => initiateAt('keyed')],
  [
    'POST initiate',
    404,
    "another's credential",
    async () => {
      const connected = await completeAt('acme', await agreed())
      const { credentials_id } = connected.json<{ credentials_id: string }>()
      return initiateAt('acme', { credentials_id }, house.bob)
    },
  ],
  ['POST initiate', 422, 'no callback', () => post(`${external}/acme/oauth/initiate`, {})],
  ['POST initiate', 422, 'a number', () => initiateAt('acme', { callback_url: 1 })],
  ['POST initiate', 422, 'a word too many', () => initiateAt('acme', { more: 1 })],
  [
    'POST initiate',
    422,
    'much metadata',
    () => initiateAt('acme', { state_metadata: { text: 'a'.repeat(10_000) } }),
  ],
  ['POST initiate', 501, 'no client', () => initiateAt('bare')],
  ['POST initiate', 502, 'no answer', () => initiateAt('away')],
  ['POST complete', 200, 'connected', async () => completeAt('acme', await agreed())],
  ['POST complete', 400, 'a made-up state', () => completeAt('acme', { code: 'a', state_token: 'b' })],
  [
    'POST complete',
    400,
    'a made-up code',
    async () => completeAt('acme', { ...(await agreed()), code: 'a' }),
  ],
  ['POST complete', 401, 'nobody', () => completeAt('acme', { code: 'a', state_token: 'b' }, nobody)],
  [
    'POST complete',
    403,
    'no permission',
    () => completeAt('acme', { code: 'a', state_token: 'b' }, powerless),
  ],
  [
    'POST complete',
    409,
    'another account',
    async () => {
      const { credentials_id } = (await completeAt('stubborn', await agreed('stubborn'))).json<{
        credentials_id: string
      }>()
      house.oidc.next.account = 'noa'
      const body = await agreed('stubborn', { credentials_id })
      house.oidc.next.account = 'mia'
      return completeAt('stubborn', body)
    },
  ],
  ['POST complete', 422, 'no code', () => completeAt('acme', { state_token: 'b' })],
  [
    'POST complete',
    501,
    'the client is gone',
    async () => {
      const body = await agreed()
      await house.db.updateTable('oauth_states').set({ provider: 'bare' }).execute()
      return completeAt('bare', body)
    },
  ],
  [
    'POST complete',
    502,
    'no answer',
    async () => {
      const body = await agreed()
      house.relay.breakOff('/token', 1)
      return completeAt('acme', body)
    },
  ],
]

const keeping: Case[] = [
  ['POST /{provider}/credentials', 201, 'a key', () => add('keyed', key)],
  ['POST /{provider}/credentials', 201, 'a login', () => add('keyed', login)],
  ['POST /{provider}/credentials', 201, 'a host', () => add('hosts', host)],
  ['POST /{provider}/credentials', 400, 'not what it takes', () => add('hosts', key)],
  ['POST /{provider}/credentials', 400, 'no host', () => add('hosts', { ...host, host: 'https://a/b' })],
  [
    'POST /{provider}/credentials',
    400,
    'no header',
    () => add('hosts', { ...host, headers: { 'a b': 'c' } }),
  ],
  ['POST /{provider}/credentials', 401, 'nobody', () => add('keyed', key, nobody)],
  ['POST /{provider}/credentials', 403, 'no permission', () => add('keyed', key, powerless)],
  ['POST /{provider}/credentials', 404, 'unknown', () => add('nosuch', key)],
  [
    'POST /{provider}/credentials',
    409,
    'the fifty-first',
    async () => {
      const { id } = (await add('hosts', host, house.bob)).json<{ id: string }>()
      await sql`
      insert into credentials
      select (jsonb_populate_record(c, jsonb_build_object('id', c.id || n))).*
      from credentials c, generate_series(1, 49) n where c.id = ${id}`.execute(house.db)
      return add('hosts', host, house.bob)
    },
  ],
  ['POST /{provider}/credentials', 422, 'no type', () => add('keyed', { api_key: 'a', title: 'b' })],
  ['POST /{provider}/credentials', 422, 'another type', () => add('keyed', { ...key, type: 'oauth2' })],
  ['POST /{provider}/credentials', 422, 'no title', () => add('keyed', { type: 'api_key', api_key: 'a' })],
  ['POST /{provider}/credentials', 422, 'a text as time', () => add('keyed', { ...key, expires_at: '1' })],
  [
    'PATCH /{provider}/credentials/{id}',
    200,
    'renamed',
    async () => rename(await added(), { title: 'Work' }),
  ],
  ['PATCH /{provider}/credentials/{id}', 401, 'nobody', () => rename('crd_1', { title: 'Work' }, nobody)],
  [
    'PATCH /{provider}/credentials/{id}',
    403,
    'no permission',
    () => rename('crd_1', { title: 'Work' }, powerless),
  ],
  [
    'PATCH /{provider}/credentials/{id}',
    404,
    "another's",
    async () => rename(await added(), { title: 'Work' }, house.bob),
  ],
  [
    'PATCH /{provider}/credentials/{id}',
    404,
    'of another provider',
    async () => rename(await added(), { title: 'Work' }, app, 'hosts'),
  ],
  ['PATCH /{provider}/credentials/{id}', 422, 'no title', () => rename('crd_1', { title: '' })],
  ['DELETE /{provider}/credentials/{id}', 200, 'removed', async () => remove(await added())],
  ['DELETE /{provider}/credentials/{id}', 401, 'nobody', () => remove('crd_1', 'keyed', nobody)],
  ['DELETE /{provider}/credentials/{id}', 403, 'no permission', () => remove('crd_1', 'keyed', powerless)],
  ['DELETE /{provider}/credentials/{id}', 404, 'unknown', () => remove('crd_1')],
  [
    'DELETE /{provider}/credentials/{id}',
    404,
    'of another provider',
    async () => remove(await added(), 'hosts'),
  ],
  [
    'DELETE /{provider}/credentials/{id}',
    404,
    "another's",
    async () => remove(await added(), 'keyed', house.bob),
  ],
]

const browser: Case[] = [
  ['GET /{provider}/connect', 302, 'to the provider', () => get(`${api}/acme/connect`, house.ada)],
  ['GET /{provider}/connect', 303, 'no client', () => get(`${api}/bare/connect`, house.ada)],
  ['GET /{provider}/connect', 401, 'nobody', () => get(`${api}/acme/connect`, nobody)],
  ['GET /{provider}/connect', 403, 'a program', () => get(`${api}/acme/connect`)],
  ['GET /{provider}/connect', 422, 'a word too many', () => get(`${api}/acme/connect?more=1`, house.ada)],
  ['GET /oauth/callback', 303, 'nothing to end', () => get('/oauth/callback', nobody)],
  [
    'GET /links/{token}',
    200,
    'what it connects',
    async () => get(`${api}/links/${await makeLink()}`, house.ada),
  ],
  ['GET /links/{token}', 401, 'nobody', () => get(`${api}/links/abc`, nobody)],
  ['GET /links/{token}', 403, 'a program', () => get(`${api}/links/abc`)],
  ['GET /links/{token}', 404, 'unknown', () => get(`${api}/links/abc`, house.ada)],
  [
    'GET /links/{token}',
    410,
    'expired',
    async () => {
      const token = await makeLink()
      await expireLinks()
      return get(`${api}/links/${token}`, house.ada)
    },
  ],
  ['GET /links/{token}', 422, 'no token at all', () => get(`${api}/links/a.b`, house.ada)],
  [
    'POST /links/{token}/begin',
    200,
    'begun',
    async () => post(`${api}/links/${await makeLink()}/begin`, undefined, house.ada),
  ],
  ['POST /links/{token}/begin', 400, 'no tenant', () => beginLink('tenanted')],
  ['POST /links/{token}/begin', 501, 'no client', () => beginLink('bare')],
  ['POST /links/{token}/begin', 502, 'no answer', () => beginLink('away')],
  ['POST /links/{token}/begin', 401, 'nobody', () => post(`${api}/links/abc/begin`, undefined, nobody)],
  [
    'POST /links/{token}/begin',
    404,
    "another's",
    async () => post(`${api}/links/${await makeLink()}/begin`, undefined, house.bob),
  ],
  [
    'POST /links/{token}/begin',
    410,
    'expired',
    async () => {
      const token = await makeLink()
      await expireLinks()
      return post(`${api}/links/${token}/begin`, undefined, house.ada)
    },
  ],
  [
    'POST /links/{token}/begin',
    422,
    'a word too many',
    () => post(`${api}/links/abc/begin`, { more: 1 }, house.ada),
  ],
]

const client = (provider: string, who: Caller = house.ada) => post(`${api}/${provider}/client`, {}, who)
const machines: Case[] = [
  ['POST /{provider}/client', 201, 'lent', () => client('machine')],
  ['POST /{provider}/client', 400, 'a wrong secret', () => client('misconfigured-program')],
  ['POST /{provider}/client', 501, 'no client', () => client('bare-program')],
  ['POST /{provider}/client', 401, 'nobody', () => client('machine', nobody)],
  ['POST /{provider}/client', 403, 'no administrator', () => client('machine', house.bob)],
  ['POST /{provider}/client', 403, 'a program', () => client('machine', app)],
  ['POST /{provider}/client', 404, 'a way for people', () => client('acme')],
  [
    'POST /{provider}/client',
    502,
    'no answer',
    () => {
      house.relay.breakOff('/token', 1)
      return client('machine')
    },
  ],
  ['POST initiate', 404, 'a way for machines', () => initiateAt('machine')],
]

const devices: Case[] = [
  ['POST /{provider}/device', 201, 'begun', () => post(`${api}/acme/device`, {})],
  ['POST /{provider}/device', 400, 'no tenant', () => post(`${api}/tenanted/device`, {})],
  ['POST /{provider}/device', 401, 'nobody', () => post(`${api}/acme/device`, {}, nobody)],
  ['POST /{provider}/device', 403, 'no permission', () => post(`${api}/acme/device`, {}, powerless)],
  ['POST /{provider}/device', 404, 'no such way', () => post(`${api}/selfmade/device`, {})],
  ['POST /{provider}/device', 422, 'a word too many', () => post(`${api}/acme/device`, { more: 1 })],
  ['POST /{provider}/device', 501, 'no client', () => post(`${api}/bare/device`, {})],
  [
    'POST /{provider}/device',
    502,
    'no answer',
    () => {
      house.relay.breakOff('/device/auth', 1)
      return post(`${api}/acme/device`, {})
    },
  ],
  ['POST /device/{id}/poll', 200, 'pending', async () => poll((await device()).id)],
  ['POST /device/{id}/poll', 400, 'a wrong secret', () => pollAs('misconfigured')],
  ['POST /device/{id}/poll', 501, 'the client is gone', () => pollAs('bare')],
  ['POST /device/{id}/poll', 409, 'another account', async () => poll(await approvedAs('noa'))],
  [
    'POST /device/{id}/poll',
    502,
    'nobody says whose account it is',
    async () => {
      const id = await approvedAs('mia')
      house.relay.breakOff('/api/me', 2)
      return poll(id)
    },
  ],
  ['POST /device/{id}/poll', 401, 'nobody', () => poll('dev_1', nobody)],
  ['POST /device/{id}/poll', 404, 'unknown', () => poll('dev_1')],
  ['POST /device/{id}/poll', 404, "another's", async () => poll((await device()).id, house.bob)],
  ['POST /device/{id}/poll', 404, "a program's", async () => poll((await device()).id, house.ada)],
]

const approvals: Case[] = [
  [
    'GET /approvals',
    200,
    'own',
    async () => {
      await waitingApproval()
      return get(`${api}/approvals`, house.ada)
    },
  ],
  ['GET /approvals', 401, 'nobody', () => get(`${api}/approvals`, nobody)],
  ['GET /approvals', 403, 'a program', () => get(`${api}/approvals`)],
  ['POST /approvals/{id}', 204, 'approved', async () => decide(await waitingApproval())],
  ['POST /approvals/{id}', 204, 'denied', async () => decide(await waitingApproval(), { decision: 'deny' })],
  ['POST /approvals/{id}', 401, 'nobody', () => decide('uap_1', undefined, nobody)],
  ['POST /approvals/{id}', 403, 'a program', () => decide('uap_1', undefined, app)],
  [
    'POST /approvals/{id}',
    404,
    "another's",
    async () => decide(await waitingApproval(), undefined, house.bob),
  ],
  [
    'POST /approvals/{id}',
    404,
    'decided already',
    async () => {
      const id = await waitingApproval()
      await decide(id)
      return decide(id)
    },
  ],
  ['POST /approvals/{id}', 422, 'no word', () => decide('uap_1', { decision: 'maybe' })],
]

describe('every route answers with every status that it names', () => {
  it.each([...reading, ...oauth, ...keeping, ...browser, ...devices, ...machines, ...approvals])(
    '%s %i: %s',
    async (_route, status, _what, ask) => {
      await house.db.deleteFrom('oauth_states').execute()
      await house.db.deleteFrom('connect_links').execute()
      const answer = await ask()
      expect(answer.statusCode, answer.body).toBe(status)
      if (status >= 400) expect(answer.json()).toMatchObject({ status })
      expect(answer.body).not.toMatch(/key-1|secret\/with/)
    },
  )
})
