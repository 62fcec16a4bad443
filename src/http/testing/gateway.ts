import { randomBytes } from 'node:crypto'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { createAudit, type Audit } from '../../audit/audit.ts'
import { createSignals } from '../../coordination/signals-postgres.ts'
import { createIdentity, type AuthMode, type BotKeys, type Identity } from '../../identity/identity.ts'
import { createTestBotKeys } from '../../identity/testing/bot-keys.ts'
import { quickPasswords } from '../../identity/testing/quick-passwords.ts'
import type { Clock } from '../../lib/clock.ts'
import { createIds, type NewId } from '../../lib/ids.ts'
import type { Log } from '../../lib/log.ts'
import { sleep } from '../../lib/sleep.ts'
import { createKeyring, createVault } from '../../vault/vault.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts'
import { createTokens, isToken, measureChecks, type Tokens } from '../../tokens/tokens.ts'
import { registerIdentityRoutes, registerSwitchRoutes } from '../routes.ts'
import { createServer, type App, type RateLimits } from '../server.ts'
import { registerTokenChecks } from '../token-checks/routes.ts'
import { registerTokenRoutes } from '../tokens/routes.ts'

export const publicUrl = 'http://127.0.0.1:8080'

/** The kinds of those that are configured. */
const agents = new Map([
  ['default', 'echo'],
  ['helper', 'echo'],
])

export interface TestGateway {
  app: App
  identity: Identity
  botKeys: BotKeys
  tokens: Tokens
  database: TestDatabase
  /** Moves the clock on. */
  pass(ms: number): void
  stop(): Promise<void>
}

/** What modules behind further routes are made of. */
export interface TestHouse {
  database: TestDatabase
  ids: NewId
  clock: Clock
  audit: Audit
  log: Log
  identity: Identity
}

export interface TestGatewayOptions {
  mode?: AuthMode
  signUp?: 'open' | 'invitation'
  publicUrl?: string
  rateLimits?: RateLimits
  readiness?: Record<string, () => Promise<void>>
  metricsToken?: string
  trustedProxies?: string[]
  consoleDirectory?: string
  closeDeadlineMs?: number
  /** Beside those of people, bot keys and API tokens. */
  routes?(app: App): void
  /** Builds the modules behind further routes, and returns what registers those. */
  open?(house: TestHouse): Promise<(app: App) => void>
}

const noLimits: RateLimits = {
  perAddress: 100_000,
  perBotService: 100_000,
  perUser: 100_000,
  guesses: 100_000,
}

/** The HTTP server on a database of its own, to be asked by `app.inject` or over a socket. */
export async function startGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const database = await createTestDatabase()
  let offset = 0
  const clock = { now: () => Date.now() + offset }
  const ids = createIds(clock.now)
  const log = pino({ level: 'silent' })
  const address = options.publicUrl ?? publicUrl
  const house = { db: database.db, ids, clock, audit: createAudit({ ids, clock }), log }
  const signals = await createSignals({ database, log, sleep })
  const vault = createVault({ keyring: createKeyring(randomBytes(32)) })
  const tokens = createTokens({
    ...house,
    sleep,
    signals,
    vault,
    replica: ids('rep'),
    checkKey: 'the key that checks tokens of tests',
    memoryLimit: 1_000,
    blindMs: 60_000,
    isAgent: (name) => agents.has(name),
  })
  await tokens.start()
  const identity = createIdentity({
    ...house,
    tokens: { isToken, verify: (secret, address) => tokens.verify(secret, address) },
    secret: 'a secret of at least thirty-two characters',
    publicUrl: address,
    mode: options.mode ?? { kind: 'local' },
    signUp: options.signUp ?? 'invitation',
    passwords: quickPasswords,
  })
  const botKeys = createTestBotKeys({ db: database.db, ids, clock, identity })
  const register = await options.open?.({ ...house, database, identity })
  const registry = new Registry()
  measureChecks(registry, tokens.counts)
  const app = await createServer({
    identity,
    botKeys,
    publicUrl: address,
    routes(app) {
      registerIdentityRoutes(app, { db: database.db, publicUrl: address, identity, botKeys })
      registerTokenRoutes(app, tokens)
      registerSwitchRoutes(app, { identity, tokens, agents })
      registerTokenChecks(app, tokens, address)
      options.routes?.(app)
      register?.(app)
    },
    ids,
    log,
    version: '0.0.0',
    registry,
    readiness: options.readiness ?? {},
    consoleDirectory: options.consoleDirectory ?? '/nonexistent',
    rateLimits: options.rateLimits ?? noLimits,
    ...(options.metricsToken === undefined ? {} : { metricsToken: options.metricsToken }),
    ...(options.trustedProxies === undefined ? {} : { trustedProxies: options.trustedProxies }),
    ...(options.closeDeadlineMs === undefined ? {} : { closeDeadlineMs: options.closeDeadlineMs }),
  })
  return {
    app,
    identity,
    botKeys,
    tokens,
    database,
    pass(ms) {
      offset += ms
    },
    async stop() {
      await app.close()
      await tokens.stop()
      await signals.stop()
      await database.drop()
    },
  }
}

/** A signed-in browser: its cookies, and the headers that its requests carry. */
export interface Visitor {
  id: string
  cookie: string
  csrf: string
  headers: { cookie: string; 'x-csrf-token': string; origin: string }
}

/** Signs somebody up and keeps the cookies, as a browser does. */
export async function signUp(
  app: App,
  person: { name?: string; email: string; password?: string; invitation?: string },
): Promise<Visitor> {
  const answer = await app.inject({
    method: 'POST',
    url: '/api/auth/sign-up/email',
    headers: { origin: publicUrl },
    payload: { name: 'Ada', password: 'correct horse', ...person },
  })
  if (answer.statusCode !== 201)
    throw new Error(`Signing up was answered ${answer.statusCode}: ${answer.body}`)
  return visit(app, answer.json<{ id: string }>().id, cookiesOf(answer))
}

/** The csrf_token cookie that the first page load brings. */
export async function visit(app: App, id: string, session: string): Promise<Visitor> {
  const setup = await app.inject({ url: '/api/setup', headers: { cookie: session } })
  const csrfCookie = cookiesOf(setup)
  const csrf = csrfCookie.slice('csrf_token='.length)
  const cookie = `${session}; ${csrfCookie}`
  return { id, cookie, csrf, headers: { cookie, 'x-csrf-token': csrf, origin: publicUrl } }
}

export function cookiesOf(answer: { cookies: { name: string; value: string }[] }): string {
  return answer.cookies.map(({ name, value }) => `${name}=${encodeURIComponent(value)}`).join('; ')
}
