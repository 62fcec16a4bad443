import { Readable } from 'node:stream'
import { createAudit, listAudit } from '../../audit/audit.ts'
import type { UseRule } from '../../config/config.ts'
import { createSignals } from '../../coordination/signals-postgres.ts'
import type { ConfiguredProvider } from '../../integrations/integrations.ts'
import { GatewayError } from '../../lib/errors.ts'
import { createIds } from '../../lib/ids.ts'
import { createLog } from '../../lib/log.ts'
import { sleep } from '../../lib/sleep.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts'
import {
  createApprovals,
  createProxy,
  type ConnectAsk,
  type PendingApproval,
  type ProxyCaller,
  type ProxyRequest,
} from '../proxy.ts'
import { createMemoryCredentials } from './credentials-in-memory.ts'
import { startProvider } from './provider-server.ts'

export const token = 'gho_16C7e42F292c6912E7710c838347Ae178B4a'

/** The host of the provider in tests; the house's resolver knows it. */
export const apiHost = 'api.provider.test'

export const caller: ProxyCaller = {
  workspaceId: 'wsp_1',
  userId: 'usr_ada',
  agent: 'default',
  turn: null,
  tokenId: null,
  providers: null,
  methods: null,
  budgets: [],
  names: [],
}

/** The proxy on a database, a provider on loopback, and a person who is asked. */
export async function openProxyHouse(given?: TestDatabase) {
  const database = given ?? (await createTestDatabase())
  const { db } = database
  let passed = 0
  const clock = { now: () => Date.now() + passed }
  const ids = createIds(clock.now)
  const audit = createAudit({ ids, clock })
  const signals = await createSignals({ database, log: createLog('silent'), sleep })
  await addPeople(db)

  const server = await startProvider()
  const credentials = createMemoryCredentials()
  const rules: UseRule[] = []
  const usual = { reads: 'allow' as const, writes: 'allow' as const }
  const config = { rules, usual, allowHosts: [apiHost, 'uploads.provider.test'] }
  const provider = providerAt(server.port)
  const providers = new Map([[provider.id, provider]])
  const asked: ConnectAsk[] = []
  const shown: PendingApproval[] = []
  const approvals = createApprovals({ db, ids, clock, audit, signals })
  const resolver = { calls: [] as string[], addresses: () => ['127.0.0.1'] }
  const deps = {
    db,
    audit,
    signals,
    clock,
    sleep,
    credentialPace: { perSecond: 1_000, burst: 1_000 },
    config,
    credentials,
    approvals,
    catalogue: { find: async (id: string) => providers.get(id) },
    asker: {
      async toConnect(_caller: ProxyCaller, ask: ConnectAsk) {
        asked.push(ask)
        return { connectUrl: 'https://portico.example/c/1' }
      },
      async toApprove(_caller: ProxyCaller, approval: PendingApproval) {
        shown.push(approval)
      },
    },
    async resolve(name: string) {
      resolver.calls.push(name)
      return resolver.addresses()
    },
  }
  const proxy = createProxy(deps)
  return {
    db,
    deps,
    server,
    credentials,
    providers,
    provider,
    config,
    approvals,
    asked,
    shown,
    resolver,
    proxy,
    signals,
    pass(ms: number) {
      passed += ms
    },
    send: (request: Partial<ProxyRequest>, by: Partial<ProxyCaller> = {}) =>
      proxy.send({ ...caller, ...by }, { ...plain, ...request }),
    decide: (code: string, decision: 'approve' | 'deny' = 'approve', userId = 'usr_ada') =>
      db.transaction().execute((tx) => approvals.decide(tx, { userId, code, decision, in: 'chat' })),
    tellOfCredentials: (userId = 'usr_ada') => signals.send(db, 'credentials', userId),
    entries: async () => (await listAudit(db, { limit: 100 })).entries,
    async stop() {
      await proxy.stop()
      await signals.stop()
      await server.stop()
      if (given === undefined) await database.drop()
    },
  }
}

export type ProxyHouse = Awaited<ReturnType<typeof openProxyHouse>>

const plain: ProxyRequest = {
  provider: 'demo',
  method: 'GET',
  path: 'user',
  headers: {},
  body: null,
  waitMs: 0,
  signal: new AbortController().signal,
}

export function providerAt(port: number): ConfiguredProvider {
  return {
    id: 'demo',
    name: 'Demo',
    category: 'dev',
    api_hosts: [`${apiHost}:${port}`, `uploads.provider.test:${port}`],
    api_base: `http://${apiHost}:${port}/`,
    evidence: ['made up'],
    checked_on: '2026-01-01',
    confidence: 'high',
    client: undefined,
  }
}

async function addPeople(db: TestDatabase['db']): Promise<void> {
  await db.insertInto('workspaces').values({ id: 'wsp_1', name: 'Home' }).execute()
  for (const name of ['ada', 'bob'])
    await db
      .insertInto('users')
      .values({ id: `usr_${name}`, name, email: `${name}@example.org`, role: 'user', email_verified: true })
      .execute()
  const now = new Date()
  await db
    .insertInto('credentials')
    .values({
      id: 'crd_demo',
      workspace_id: 'wsp_1',
      user_id: 'usr_ada',
      provider: 'demo',
      type: 'oauth2',
      title: 'Demo',
      state_reason: null,
      account_id: '1',
      account_label: 'ada',
      asked_scopes: [],
      granted_scopes: null,
      host: null,
      tenant: '{}',
      learned: '{}',
      oauth_client_id: null,
      access_token: null,
      refresh_token: null,
      api_key: null,
      username: null,
      password: null,
      headers: null,
      created_at: now,
      updated_at: now,
    })
    .execute()
}

/** The code of the refusal that `sending` ends with; what was answered instead, if it was. */
export async function refusalOf(sending: Promise<{ status: number }>): Promise<string> {
  try {
    return `answered ${(await sending).status}`
  } catch (error) {
    if (error instanceof GatewayError) return error.code
    throw error
  }
}

export async function textOf(body: Readable): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of body as AsyncIterable<Buffer>) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}

export function bodyOf(text: string): Readable {
  return Readable.from([Buffer.from(text)], { objectMode: false })
}
