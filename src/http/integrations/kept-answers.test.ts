import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callbackUrl, openIntegrationsHouse, type IntegrationsHouse } from './testing/integrations-house.ts'

type Caller = { headers: Record<string, string> } | undefined

let house: IntegrationsHouse
let app: Caller
beforeAll(async () => {
  house = await openIntegrationsHouse()
  app = await house.program(house.ada)
})
afterAll(() => house.close())

const api = '/api/integrations'
const external = '/external-api/v1/integrations'
const get = (path: string, who: Caller = app) => house.ask(who, 'GET', path)
const initiateAt = (provider: string) =>
  house.ask(app, 'POST', `${external}/${provider}/oauth/initiate`, { callback_url: callbackUrl })
const remove = (id: string) => house.ask(app, 'DELETE', `${external}/keyed/credentials/${id}`)

describe('what is kept to the letter', () => {
  it('has its words', async () => {
    expect((await initiateAt('nosuch')).json()).toMatchObject({ detail: "Provider 'nosuch' not found" })
    expect((await initiateAt('keyed')).json()).toMatchObject({
      detail: "Provider 'keyed' does not support OAuth",
    })
    expect((await initiateAt('bare')).json()).toMatchObject({
      detail: "Integration with provider 'bare' is not configured.",
      hint: "Set client ID and secret in the application's deployment environment",
    })
    expect((await remove('crd_1')).json()).toMatchObject({ detail: 'Credentials not found' })
  })

  it('has its fields', async () => {
    const providers = (await get(`${external}/providers`)).json<Record<string, unknown>[]>()
    expect(providers.find(({ name }) => name === 'acme')).toMatchObject({
      supports_oauth: true,
      supports_api_key: false,
      supports_user_password: false,
      supports_host_scoped: false,
      default_scopes: ['read'],
      configured: true,
      can_connect: true,
      supports_device: true,
      register: null,
    })
    const key = { type: 'api_key', api_key: 'key-1', title: 'Mine', expires_at: 4_000_000_000 }
    const added = await house.ask(app, 'POST', `${external}/keyed/credentials`, key)
    const { id } = added.json<{ id: string }>()
    const listed = (await get(`${external}/keyed/credentials`)).json<Record<string, unknown>[]>()
    expect(listed[0]).toMatchObject({
      id,
      provider: 'keyed',
      type: 'api_key',
      title: 'Mine',
      scopes: null,
      username: null,
      host: null,
      status: 'active',
      expires_at: 4_000_000_000,
    })
    expect((await remove(id)).json()).toMatchObject({ deleted: true, credentials_id: id, revoked: null })
  })

  it('tells administrators, and nobody else, how a client is registered', async () => {
    const register = async (who: Caller) =>
      (await get(`${api}/providers`, who))
        .json<Record<string, unknown>[]>()
        .find(({ name }) => name === 'acme')?.['register']
    expect(await register(house.ada)).toMatchObject({
      url: `${house.oidc.issuer}/apps`,
      redirect_uri: 'http://127.0.0.1:8080/oauth/callback',
    })
    expect(await register(house.bob)).toBeNull()
    expect(await register(app)).toBeNull()
  })
})
