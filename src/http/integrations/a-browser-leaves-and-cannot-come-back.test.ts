import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { audience, startIssuer, type TestIssuer } from '../../identity/testing/issuer.ts'
import { publicUrl, startGateway, type TestGateway } from '../testing/gateway.ts'
import { registerIntegrationRoutes } from './routes.ts'
import { openModules } from './testing/integrations-house.ts'

let issuer: TestIssuer
let gateway: TestGateway
let modules: Awaited<ReturnType<typeof openModules>>
let directory: string
beforeAll(async () => {
  issuer = await startIssuer({ ada: { name: 'Ada' } })
  directory = await mkdtemp(join(tmpdir(), 'portico-spool-'))
  gateway = await startGateway({
    mode: { kind: 'jwt', issuer: issuer.issuer, audience, jwksUrl: issuer.jwksUrl },
    async open(house) {
      const github = { client_id: 'one', client_secret: 'two' }
      modules = await openModules(house, { github }, directory)
      return (app) =>
        registerIntegrationRoutes(app, { ...house, ...modules, db: house.database.db, publicUrl })
    },
  })
})
afterAll(async () => {
  await modules.stop()
  await gateway.stop()
  await issuer.stop()
  await rm(directory, { recursive: true })
})

const ask = async (method: 'GET' | 'POST', url: string, payload?: object) =>
  gateway.app.inject({
    method,
    url,
    headers: { authorization: `Bearer ${await issuer.tokenFor('ada')}` },
    ...(payload && { payload }),
  })
const link = async (): Promise<string> => {
  const caller = await gateway.identity.authenticate({
    authorization: `Bearer ${await issuer.tokenFor('ada')}`,
  })
  const { workspaceId = '', userId = '' } = caller ?? {}
  const wish = { workspaceId, userId, provider: 'github', connectionId: null, turnId: null, agent: null }
  const { url } = await gateway.database.db
    .transaction()
    .execute((tx) => modules.connect.links.make(tx, wish))
  return `/api/integrations/links/${url.slice(url.lastIndexOf('/') + 1)}`
}

it.each<[string, 'GET' | 'POST', () => Promise<string>]>([
  ['from the address bar', 'GET', async () => '/api/integrations/github/connect'],
  ['with a link from a chat', 'POST', async () => `${await link()}/begin`],
])('nobody without a session is sent to a provider %s', async (_how, method, where) => {
  const answer = await ask(method, await where())
  expect(answer.statusCode).toBe(403)
  expect(answer.json()).toMatchObject({ code: 'oauth_needs_session' })
  expect(answer.headers['set-cookie']).toBeUndefined()
  expect(await gateway.database.db.selectFrom('oauth_states').selectAll().execute()).toEqual([])
})

it('their application reads the link, and connects the account itself', async () => {
  expect((await ask('GET', await link())).json()).toMatchObject({ provider: 'github', credential: null })
  const initiated = await ask('POST', '/api/integrations/github/oauth/initiate', {
    callback_url: 'http://localhost:3000/callback',
  })
  expect(initiated.json()).toMatchObject({
    login_url: expect.stringContaining('https://github.com/') as string,
  })
})
