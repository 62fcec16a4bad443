import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startReceiver, type Receiver } from '../../webhooks/testing/receiver.ts'
import type { ConfiguredProvider } from '../catalogue.ts'
import type { TokenSet } from '../oauth/oauth.ts'
import {
  ada,
  bob,
  openCredentialHouse,
  type CredentialHouse,
  type Replica,
} from '../testing/credential-house.ts'
import { startFakeProvider, type FakeProvider } from '../testing/fake-provider.ts'
import type { KeptTokens } from './credentials.ts'

const by = { kind: 'user', id: ada.userId } as const
const shared: Omit<ConfiguredProvider, 'id' | 'name'> = {
  ...{ category: 'dev', api_hosts: [], client: undefined },
  ...{ evidence: ['made for tests'], checked_on: '2026-11-21', confidence: 'high' },
}

let fake: FakeProvider
let service: Receiver
let house: CredentialHouse
let replica: Replica
beforeAll(async () => {
  fake = await startFakeProvider()
  service = await startReceiver()
  house = await openCredentialHouse(fake.provider, keyed(service.url), http, mail)
  replica = await house.replica()
})
beforeEach(async () => {
  await house.db.deleteFrom('credentials').execute()
  service.received.length = 0
  house.told.length = 0
  house.announced.length = 0
})
afterAll(async () => {
  await house.close()
  await fake.close()
  await service.close()
})

const http: ConfiguredProvider = { id: 'http', name: 'HTTP', ...shared, host_scoped: true }
const mail: ConfiguredProvider = { id: 'smtp', name: 'Mail', ...shared, user_password: {} }
const keyed = (url: string): ConfiguredProvider => ({
  ...{ id: 'keyed', name: 'Keyed', ...shared },
  api_key: {
    label: 'API key',
    inject: { header: 'authorization', format: 'Bearer {token}' },
    pattern: 'sk-[a-z]+',
    verify: { url, method: 'GET', id_pointer: '/id', label_pointer: '/name' },
  },
})
const key = { provider: 'keyed', type: 'api_key', title: 'Mine', apiKey: 'sk-abc', expiresAt: null } as const
const login = {
  provider: 'smtp',
  type: 'user_password',
  title: 'Mail',
  username: 'ada',
  password: 'p',
} as const
const headers = { 'X-Key': 'secret-value' }
const hosted = {
  provider: 'http',
  type: 'host_scoped',
  title: 'API',
  host: '*.Example.com',
  headers,
} as const
const add = (request: Parameters<Replica['credentials']['add']>[2]) =>
  replica.credentials.add(ada, by, request)

describe('a key', () => {
  it('is proved, and stored sealed with the account that it belongs to', async () => {
    service.answers.push({ status: 200, body: JSON.stringify({ id: 42, name: 'Ada' }) })
    const added = await add(key)
    expect(added).toMatchObject({ status: 'active', account: { id: '42', label: 'Ada' } })
    expect(service.received[0]?.headers['authorization']).toBe('Bearer sk-abc')
    expect(JSON.stringify(await house.row(added.id))).not.toContain('sk-abc')
    expect(JSON.stringify(added)).not.toContain('sk-abc')
    expect(await replica.use.find({ ...ada, provider: 'keyed' })).toMatchObject({
      kind: 'found',
      credential: { secret: { type: 'api_key', apiKey: 'sk-abc' } },
    })
    expect(await house.audited('credential.added')).toMatchObject([{ id: added.id }])
    expect(house.told).toEqual([`connected ${added.id}`])
    expect(house.announced).toMatchObject([{ type: 'credential.connected', data: { type: 'api_key' } }])
  })

  it.each([401, 403])(
    'that the service answers with %d is refused, and nothing is stored',
    async (status) => {
      service.answers.push({ status })
      await expect(add(key)).rejects.toMatchObject({ code: 'key_refused' })
      expect(await replica.credentials.list(ada)).toEqual([])
    },
  )

  it.each([['hangs up', undefined] as const, ['is out of order', { status: 503 }] as const])(
    'is stored all the same where the service %s',
    async (_how, answer) => {
      service.answers.push(answer)
      expect(await add(key)).toMatchObject({ status: 'active', account: null })
    },
  )

  it.each(['sk-ABC', 'xsk-abc', 'sk-abc\r\nx: y', ''])('%j does not look like one', async (apiKey) => {
    await expect(add({ ...key, apiKey })).rejects.toMatchObject({ code: 'key_refused' })
    expect(service.received).toEqual([])
  })

  it('ends when its time is over', async () => {
    const { id } = await add({ ...key, expiresAt: new Date(house.now() + 1_000) })
    house.pass(1_000)
    expect(await replica.credentials.read(ada, id)).toMatchObject({ status: 'expired' })
    const found = await replica.use.find({ ...ada, provider: 'keyed' })
    expect(found).toEqual({ kind: 'reconnect_required', credentialId: id })
  })
})

describe('what a provider does not take', () => {
  it.each([
    ['another type', { ...key, provider: 'smtp' }, 'credential_type_not_supported'],
    ['an unknown provider', { ...key, provider: 'nobody' }, 'provider_unknown'],
    ['a host that is none', { ...hosted, host: 'https://example.com' }, 'host_rule_invalid'],
    ['a wildcard over all', { ...hosted, host: '*.com' }, 'host_rule_invalid'],
    ['a line break in a header', { ...hosted, headers: { 'x-key': 'a\r\nb: c' } }, 'header_invalid'],
    ['a name that is none', { ...hosted, headers: { 'x key': 'a' } }, 'header_invalid'],
    [
      'a header of the connection',
      { ...hosted, headers: { 'Transfer-Encoding': 'chunked' } },
      'header_invalid',
    ],
    ['a header that says where to', { ...hosted, headers: { HOST: 'evil.test' } }, 'header_invalid'],
    ['one header twice', { ...hosted, headers: { 'x-a': '1', 'X-A': '2' } }, 'header_invalid'],
    ['no header', { ...hosted, headers: {} }, 'header_invalid'],
  ])('%s', async (_what, request, code) => {
    await expect(add(request)).rejects.toMatchObject({ code })
    expect(await replica.credentials.list(ada)).toEqual([])
  })

  it('the 51st of one provider, also when many come at once', async () => {
    await Promise.all(Array.from({ length: 48 }, () => add(login)))
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => add(login)))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(2)
    expect(await replica.credentials.list(ada, 'smtp')).toHaveLength(50)
  })
})

it('is its owner’s alone', async () => {
  const { id } = await add(login)
  expect(await replica.credentials.list(bob)).toEqual([])
  const refusal = { code: 'credential_not_found' }
  await expect(replica.credentials.read(bob, id)).rejects.toMatchObject(refusal)
  await expect(replica.credentials.rename(bob, by, { id, title: 'x' })).rejects.toMatchObject(refusal)
  await expect(replica.use.find({ ...bob, provider: 'smtp', credentialId: id })).rejects.toMatchObject(
    refusal,
  )
  expect(await replica.credentials.rename(ada, by, { id, title: 'Post' })).toMatchObject({ title: 'Post' })
})

it('is renamed in the name of the program that did so', async () => {
  const { id } = await add(login)
  await replica.credentials.rename(ada, { kind: 'api_token', id: 'atk_1' }, { id, title: 'Post' })
  const entry = await house.db
    .selectFrom('audit_entries')
    .select(['actor_kind', 'actor_id'])
    .where('action', '=', 'credential.renamed')
    .where('subject_id', '=', id)
    .executeTakeFirst()
  expect(entry).toEqual({ actor_kind: 'api_token', actor_id: 'atk_1' })
})

it('of host rules the narrowest that fits is taken, and of other credentials the newest', async () => {
  const wide = await add(hosted)
  house.pass(1)
  const narrow = await add({ ...hosted, host: 'api.example.com' })
  const findFor = async (url: string) => {
    const found = await replica.use.find({ ...ada, provider: 'http', url: new URL(url) })
    return found.kind === 'found' ? found.credential.id : found.kind
  }
  expect(await findFor('https://api.example.com/v1')).toBe(narrow.id)
  expect(await findFor('https://www.example.com/')).toBe(wide.id)
  expect(await findFor('https://example.org/')).toBe('connect_required')
  await add(login)
  house.pass(1)
  const newer = await add({ ...login, username: 'second' })
  expect(await replica.use.find({ ...ada, provider: 'smtp' })).toMatchObject({
    credential: { id: newer.id, secret: { username: 'second' } },
  })
})

it('uses are written together, and the last use never goes back', async () => {
  const { id } = await add(login)
  const [slow, quick] = [await house.replica(), await house.replica()]
  slow.use.used(id)
  house.pass(5_000)
  quick.use.used(id)
  await quick.stop()
  await slow.stop()
  expect((await replica.credentials.read(ada, id)).lastUsedAt).toEqual(new Date(house.now()))
})

describe('what a connecting gave', () => {
  const account = { id: '1', label: 'Ada' }
  const connect = (tokens: Partial<TokenSet> = {}, over: Partial<KeptTokens> = {}) => {
    const given: TokenSet = {
      ...fake.grant(),
      ...{ expiresAt: undefined, refreshExpiresAt: undefined, scopes: undefined, account: {}, learned: {} },
      ...tokens,
    }
    return house.connect(replica, fake.provider, fake.grant(), { account, ...over, tokens: given })
  }
  const find = async (scopes: string[] = []) => replica.use.find({ ...ada, provider: 'fake', scopes })

  it('is one row for one account, with the newest tokens and all that was asked for', async () => {
    const first = await connect({ scopes: ['read'] }, { askedScopes: ['read'] })
    const second = await connect(
      { accessToken: 'newer', scopes: ['read', 'write'] },
      { askedScopes: ['write'] },
    )
    expect([first.wasKnown, second.wasKnown]).toEqual([false, true])
    expect(second.credential).toMatchObject({
      id: first.credential.id,
      askedScopes: ['read', 'write'],
      grantedScopes: ['read', 'write'],
    })
    expect(await find()).toMatchObject({ credential: { secret: { accessToken: 'newer' } } })
    expect(await replica.credentials.list(ada)).toHaveLength(1)
  })

  it('is a row of its own for another account, and for one that is not known', async () => {
    await connect()
    await connect({}, { account: { id: '2', label: 'Work' } })
    await connect({}, { account: undefined })
    await connect({}, { account: undefined })
    expect(await replica.credentials.list(ada)).toHaveLength(4)
  })

  it('is refused where it is of another account than the credential that was meant', async () => {
    const { credential } = await connect()
    const other = { account: { id: '2', label: 'Work' }, into: credential.id }
    await expect(connect({}, other)).rejects.toMatchObject({ code: 'account_differs' })
    await connect({}, { account: other.account })
    const twice = connect({}, { ...other, account: { id: '2', label: 'Work' } })
    await expect(twice).rejects.toMatchObject({ code: 'account_differs' })
    await expect(connect({}, { into: 'crd_none' })).rejects.toMatchObject({ code: 'credential_not_found' })
    await expect(connect({}, { into: credential.id, ...bob })).rejects.toMatchObject({
      code: 'credential_not_found',
    })
  })

  it('leaves the refresh token where there is no new one and the old one can still be good', async () => {
    const { credential } = await connect()
    const { refresh_token, refresh_due_at } = await house.row(credential.id)
    expect(refresh_due_at).not.toBeNull()
    await connect({ refreshToken: undefined })
    expect(await house.row(credential.id)).toMatchObject({ refresh_token, refresh_due_at })
    await house.db.updateTable('credentials').set({ state: 'reconnect_required' }).execute()
    await connect({ refreshToken: undefined })
    expect(await house.row(credential.id)).toMatchObject({ refresh_token: null, state: 'active' })
  })

  it('says which scopes are missing, and takes the credential that has enough', async () => {
    const enough = await connect({ scopes: ['read', 'write'] })
    house.pass(1)
    const less = await connect({ scopes: ['read'] }, { account: { id: '2', label: 'Work' } })
    expect(await find(['read'])).toMatchObject({ credential: { id: less.credential.id } })
    expect(await find(['write'])).toMatchObject({ credential: { id: enough.credential.id } })
    expect(await find(['admin', 'read'])).toEqual({
      kind: 'connect_required',
      missingScopes: ['admin'],
      credentialId: less.credential.id,
    })
  })

  it('is renewed once where the provider does not take it any more, and not because it was refused just now', async () => {
    const { accessToken, refreshToken } = fake.grant()
    const { credential } = await connect({ accessToken, refreshToken })
    const need = { ...ada, provider: 'fake' }
    const found = await replica.use.find(need)
    if (found.kind !== 'found') throw new Error('it is there')
    const before = fake.counts.tokens
    expect(await replica.use.renew(need, found.credential)).toMatchObject({
      credential: { version: found.credential.version },
    })
    house.pass(60_000)
    const renewed = await Promise.all([1, 2, 3].map(() => replica.use.renew(need, found.credential)))
    for (const one of renewed)
      expect(one).toMatchObject({ kind: 'found', credential: { id: credential.id, version: 2 } })
    expect(fake.counts.tokens).toBe(before + 1)
  })
})
