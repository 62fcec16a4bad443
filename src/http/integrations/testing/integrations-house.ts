import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLanes } from '../../../coordination/lanes-postgres.ts'
import { createSignals } from '../../../coordination/signals-postgres.ts'
import { createCatalogue } from '../../../integrations/catalogue.ts'
import { createConnect } from '../../../integrations/connect/connect.ts'
import { createCredentials } from '../../../integrations/credentials/credentials.ts'
import { createOAuth } from '../../../integrations/oauth/engine.ts'
import { startOidcServer } from '../../../integrations/testing/oidc-server.ts'
import { createGuardedFetch } from '../../../lib/guarded-fetch.ts'
import { sleep } from '../../../lib/sleep.ts'
import { createApprovals } from '../../../proxy/approvals.ts'
import type { Permission } from '../../../tokens/tokens.ts'
import { createKeyring, createVault } from '../../../vault/vault.ts'
import { listen } from '../../../webhooks/testing/listening.ts'
import { publicUrl, signUp, startGateway, type TestHouse, type Visitor } from '../../testing/gateway.ts'
import { registerIntegrationRoutes } from '../routes.ts'
import { providersAt } from './providers.ts'
import { startRelay } from './relay.ts'

export const callbackUrl = 'http://localhost:3000/callback'

/**
 * The real routes before real modules and a real authorization server: Ada is an administrator, Bob is not, and the
 * clock is moved by hand.
 */
export async function openIntegrationsHouse() {
  const oidc = await startOidcServer({ redirectUris: [`${publicUrl}/oauth/callback`, callbackUrl] })
  const relay = await startRelay(oidc.issuer)
  const spoolDirectory = await mkdtemp(join(tmpdir(), 'portico-spool-'))
  const opened: { modules?: Awaited<ReturnType<typeof openModules>> } = {}
  const gateway = await startGateway({
    signUp: 'open',
    async open(house) {
      const modules = await openModules(house, providersAt(oidc, relay.url), spoolDirectory)
      opened.modules = modules
      return (app) =>
        registerIntegrationRoutes(app, { ...house, ...modules, db: house.database.db, publicUrl })
    },
  })
  const { app, database } = gateway
  const modules = opened.modules
  if (modules === undefined) throw new Error('The routes were not registered.')
  const ada = await signUp(app, { email: 'ada@example.org' })
  const bob = await signUp(app, { name: 'Bob', email: 'bob@example.org' })

  const ask = (
    who: { headers: Record<string, string> } | undefined,
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    ...[url, payload]: [string, object?]
  ) => app.inject({ method, url, headers: who?.headers ?? {}, ...(payload && { payload }) })

  return {
    ...gateway,
    ...modules,
    db: database.db,
    oidc,
    relay,
    ada,
    bob,
    ask,
    /** A program of this person, with all permissions that integrations know unless told otherwise. */
    async program(
      person: Visitor,
      { permissions = all, callbackOrigins }: { permissions?: Permission[]; callbackOrigins?: string[] } = {},
    ) {
      const caller = await gateway.identity.authenticate(person.headers)
      if (caller === undefined) throw new Error('Nobody is signed in.')
      const origins = callbackOrigins && { callbackOrigins }
      const { secret } = await gateway.tokens.issue(caller, { name: 'App', permissions, ...origins })
      return { headers: { authorization: `Bearer ${secret}` } }
    },
    /** Leaves for the provider in this person's browser. */
    async leave(person: Visitor, provider = 'acme', query = '') {
      const answer = await ask(person, 'GET', `/api/integrations/${provider}/connect${query}`)
      const [cookie] = answer.cookies.filter(({ name }) => name.startsWith('portico_connect_'))
      return {
        answer,
        loginUrl: answer.headers.location ?? '',
        cookie: cookie && `${cookie.name}=${cookie.value}`,
      }
    },
    /** Comes back from it with these cookies. */
    comeBack(callback: string, ...cookies: (string | undefined)[]) {
      const { pathname, search } = new URL(callback)
      const cookie = cookies.filter((one) => one !== undefined).join('; ')
      return app.inject({ url: `${pathname}${search}`, headers: { cookie } })
    },
    countCredentials: async () =>
      Number(
        (
          await database.db
            .selectFrom('credentials')
            .select(({ fn }) => fn.countAll().as('n'))
            .executeTakeFirstOrThrow()
        ).n,
      ),
    async close() {
      await modules.stop()
      await gateway.stop()
      await relay.stop()
      await oidc.stop()
      await rm(spoolDirectory, { recursive: true })
    },
  }
}

export type IntegrationsHouse = Awaited<ReturnType<typeof openIntegrationsHouse>>

const all: Permission[] = ['READ_INTEGRATIONS', 'MANAGE_INTEGRATIONS', 'DELETE_INTEGRATIONS']

/** What is behind the routes. */
export async function openModules(
  { database, ids, clock, audit, log }: TestHouse,
  overrides: Parameters<typeof createCatalogue>[0]['overrides'],
  spoolDirectory: string,
) {
  const { db } = database
  const allowHosts = ['127.0.0.1']
  const catalogue = createCatalogue({ overrides, allowHosts })
  const fetch = createGuardedFetch({ allowHosts })
  const oauth = createOAuth({ fetch, clock, timeoutMs: 2_000 })
  const vault = createVault({ keyring: createKeyring(randomBytes(32)) })
  const replica = ids('rep')
  const signals = await createSignals({ database, log, sleep })
  const lanes = createLanes({ db, signals, log, sleep, replica })
  const said = async () => {}
  const news = { connected: said, reconnectRequired: said, removed: said, revocationFailed: said }
  const shared = { db, vault, ids, clock, audit, log, sleep, catalogue, oauth, fetch, signals, lanes, news }
  const credentials = createCredentials({
    ...shared,
    announcer: listen(),
    random: () => 0,
    replica,
    allowHosts,
    spoolDirectory,
  })
  const connect = createConnect({
    ...shared,
    credentials,
    callbackOrigins: ['http://localhost:3000', 'https://app.example.com'],
    publicUrl,
    productName: 'Portico',
    random: randomBytes,
  })
  return {
    clock,
    catalogue,
    credentials,
    connect,
    useApprovals: createApprovals(shared),
    async stop() {
      await credentials.stop()
      await lanes.stop()
      await signals.stop()
    },
  }
}
