import { randomBytes } from 'node:crypto'
import { Counter, Registry, collectDefaultMetrics } from 'prom-client'
import type { Agent } from './agents/agent.ts'
import { createAgents } from './agents/catalogue.ts'
import { createAttachments, createFileStore, keepFilesTidy } from './attachments/attachments.ts'
import { createAudit, type Audit } from './audit/audit.ts'
import { createBots, type Bots, type FileBot } from './channels/bots.ts'
import { keepMemoryTidy } from './channels/bot-memory.ts'
import { catalogue } from './channels/catalogue.ts'
import type { ChannelDefinition, ChannelDependencies } from './channels/channel.ts'
import { createChannels } from './channels/channels.ts'
import { createGroupAdministrators } from './channels/group-administrators.ts'
import { createIdleChannels } from './channels/idle-channels.ts'
import { createPlaygroundPlatform } from './channels/playground/platform.ts'
import { createPlaygroundChannel } from './channels/playground/playground.ts'
import { createSupervisor } from './channels/supervisor.ts'
import type { Config } from './config/config.ts'
import type { Secrets } from './config/secrets.ts'
import { createWebhookReceiver } from './channels/webhook-receiver.ts'
import { createConversations, stopTurnsOf, type BusyRules } from './conversations/conversations.ts'
import { createLanes } from './coordination/lanes-postgres.ts'
import { inheritFromTheDead } from './coordination/inherit.ts'
import { createLeases } from './coordination/leases-postgres.ts'
import { createSignals } from './coordination/signals-postgres.ts'
import { openStreams } from './coordination/open-streams.ts'
import { measureQueues } from './coordination/queue-metrics.ts'
import type { Signals } from './coordination/signals.ts'
import { keepTidy } from './coordination/upkeep.ts'
import { createDelivery, keptFiles, tellThrough } from './delivery/delivery.ts'
import { createGrants, isGrant } from './grants/grants.ts'
import {
  createServer,
  registerRoutes,
  type RateLimits,
  type ReadinessChecks,
  type RouteDependencies,
} from './http/server.ts'
import { createBotKeys, createIdentity, type Identity } from './identity/identity.ts'
import { systemClock, type Clock } from './lib/clock.ts'
import { createGuardedFetch } from './lib/guarded-fetch.ts'
import { createIds } from './lib/ids.ts'
import type { Log } from './lib/log.ts'
import { sleep, type Sleep } from './lib/sleep.ts'
import { createLinking, type Linking } from './linking/linking.ts'
import { createSponsorships, keepUsageTidy, type Sponsorships } from './sponsorships/sponsorships.ts'
import { openDatabase, type Database, type DatabaseAddress, type Db, type Tx } from './storage/database.ts'
import { migrate, pendingMigrations } from './storage/migrate.ts'
import { createKeyring, createVault, unlockVault } from './vault/vault.ts'
import { createWebhooks, type Webhooks } from './webhooks/webhooks.ts'

/** The whole gateway in one process. */
export interface Application {
  /** Opens the database, brings it up to date, connects the bots, and listens. Throws one sentence per failure. */
  start(): Promise<Started>
  /** Ends streams cleanly, hands running turns back, disconnects the bots. Idempotent. */
  stop(): Promise<void>
}

export interface Started {
  url: string
  /** Nobody can sign in yet: whoever signs up first becomes the administrator. */
  needsAdmin: boolean
}

export interface AppOptions {
  config: Config
  secrets: Secrets
  log: Log
  version: string
  /** An open server: the embedded one's, or the configured. */
  database: DatabaseAddress
  /** No other replica can be on this database, as with the embedded one: what a killed one held is taken over at once. */
  isAlone?: boolean
  /** Where the built console lies. */
  consoleDirectory: string
  /** What tests and benchmarks replace or add. */
  overrides?: AppOverrides
}

export interface AppOverrides {
  clock?: Clock
  sleep?: Sleep
  fetch?: typeof fetch
  replica?: string
  /** How long what a replica holds outlives its death. */
  leaseMs?: number
  /** Beside the catalogue, or instead of one of the same name. */
  channels?: readonly ChannelDefinition[]
  rateLimits?: RateLimits
  /** Beside the configured ones, or instead of one of the same name. */
  agents?: ReadonlyMap<string, Agent>
}

type Stop = () => Promise<void> | void

export function createApp(options: AppOptions): Application {
  // What has been started, to be stopped in the opposite order.
  const stops: Stop[] = []
  let stopping: Promise<void> | undefined
  const stop = () => (stopping ??= stopAll(stops, options.log))
  return {
    async start() {
      try {
        return await start(options, stops)
      } catch (error) {
        await stop()
        throw error
      }
    },
    stop,
  }
}

async function stopAll(stops: Stop[], log: Log): Promise<void> {
  for (const stop of stops.reverse()) {
    try {
      await stop()
    } catch (error) {
      log.error({ err: error }, 'a part of the gateway did not stop cleanly')
    }
  }
}

async function start(options: AppOptions, stops: Stop[]): Promise<Started> {
  const database = openDatabase(options.database)
  stops.push(() => database.close())
  await migrate(database.db)
  if (options.isAlone === true) await inheritFromTheDead(database.db)
  const gateway = await compose(options, database, stops)
  await gateway.syncBots()
  gateway.conversations.start()
  gateway.webhooks.start()
  await gateway.supervisor.start()
  const { host, port } = options.config.server
  const { needsAdmin } = await gateway.identity.setup()
  return { url: await gateway.server.listen({ host, port }), needsAdmin }
}

/** Builds every module on an open database, from the bottom up, and registers how each is stopped. */
async function compose(options: AppOptions, database: Database, stops: Stop[]) {
  const { config, log, overrides = {} } = options
  const { db } = database
  const tools = toolsOf(overrides)
  const { clock, ids } = tools
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })

  const safe = await openSafe(options, db, tools)
  const { vault, audit, identity } = safe
  const coordination = await coordinate(options, database, tools, stops)
  const { signals, leases, streams, lanes } = coordination
  stops.push(keepTidy({ leases, lanes, streams, log }))
  measureQueues(registry, lanes)
  stops.push(keepMemoryTidy({ db, log }))

  const platform = createPlaygroundPlatform({ db, signals })
  const definitions = merge([...catalogue, createPlaygroundChannel(platform)], overrides.channels ?? [])
  const homeWorkspace = (tx: Tx) => identity.homeWorkspace(tx)
  const bots = createBots({ vault, ids, signals, audit, channels: definitions, homeWorkspace })
  const webhooks = await openWebhooks(options, db, tools, safe, coordination, stops)
  const linking = createLinking({
    db,
    ids,
    clock,
    audit,
    announcer: webhooks,
    audit: house.safe.audit,
    random: randomBytes,
    approval: config.linking.approval,
    stopTurns: (tx, ended) => stopTurnsOf(signals, tx, ended),
  })
  const dependencies = { fetch: tools.fetch, now: () => clock.now(), sleep: tools.sleep }
  const openChannel = createIdleChannels({ db, bots, catalogue: definitions, dependencies })
  const sponsorships = openSponsorships(options, db, tools, { audit, linking, openChannel }, stops)
  const channelHouse = { definitions, bots, linking, dependencies, openChannel, sponsorships, webhooks }
  const house = { db, registry, tools, safe, coordination, ...channelHouse }
  const { conversations, delivery, attachments, isAgent } = await converse(options, house, stops)

  const { accept } = conversations
  const { attach } = delivery
  const supervisor = createSupervisor({
    db,
    bots,
    leases,
    signals,
    catalogue: definitions,
    accept,
    attach,
    dependencies,
    log,
    random: Math.random,
    ...tools,
  })
  stops.push(() => supervisor.stop())
  const fileBots = fileBotsOf(config)
  const channels = createChannels({
    db,
    connect: () => database.connect(),
    bots,
    supervisor,
    catalogue: definitions,
    signals,
    connections: config.channelConnections,
    fileBots,
    isAuthDisabled: config.auth.mode.kind === 'disabled',
    isAgent,
    audit,
    ids,
    random: randomBytes,
    platform: dependencies,
    revokeConnections: (tx, channel, by) =>
      linking.revokeAllOf(tx, { channel, by: { kind: 'user', id: by.userId } }),
  })

  const botKeys = createBotKeys({
    db,
    ids,
    clock,
    audit,
    environmentKey: config.linking.botApiKey,
    productName: config.productName,
    isOpen: config.auth.mode.kind === 'disabled',
    isAgent,
    isChannel: (name) => definitions.some((definition) => definition.name === name),
    homeWorkspace,
  })
  const server = await openDoor(options, database, tools, registry, signals, {
    db,
    publicUrl: publicUrlOf(config),
    identity,
    botKeys,
    conversations,
    playground: { db, bots, linking, platform },
    channels,
    attachments,
    linking,
    sponsorships,
    productName: config.productName,
    deadLetters: { db, lanes, audit },
    webhookEndpoints: webhooks.endpoints,
    webhooks: createWebhookReceiver({ db, bots, catalogue: definitions, accept, dependencies, log }),
  })
  stops.push(() => server.close())
  const syncBots = () =>
    db.transaction().execute(async (tx) => {
      await bots.syncFile(tx, fileBots)
      await botKeys.syncEnvironment(tx)
    })
  return { identity, conversations, supervisor, webhooks, server, syncBots }
}

/** What conversations stand on. */
interface House {
  db: Db
  registry: Registry
  tools: Tools
  safe: Awaited<ReturnType<typeof openSafe>>
  coordination: Awaited<ReturnType<typeof coordinate>>
  definitions: readonly ChannelDefinition[]
  bots: Bots
  linking: Linking
  dependencies: ChannelDependencies
  openChannel: ReturnType<typeof createIdleChannels>
  sponsorships: Sponsorships
  webhooks: Webhooks
}

/** Agents, what goes out to platforms, and the conversations between the two. */
async function converse(options: AppOptions, house: House, stops: Stop[]) {
  const { config, log, overrides = {} } = options
  const { db, tools, coordination, definitions, bots, linking, openChannel, sponsorships, webhooks } = house
  const { ids, fetch, sleep } = tools
  const findChannel = (name: string) => definitions.find((definition) => definition.name === name)
  const attachments = await openAttachments(options, db, tools, stops)
  const files = keptFiles(attachments)
  const tellFailure = tellThrough(webhooks)
  const delivery = createDelivery({ db, ...coordination, log, findChannel, files, tellFailure, ...tools })
  const agents = createAgents(config.agents, { fetch, sleep })
  const { identity } = house.safe
  const conversations = createConversations({
    db,
    ...coordination,
    linking,
    delivery,
    bots,
    newId: ids,
    log,
    product: config.productName,
    publicUrl: publicUrlOf(config),
    unbound: config.linking.unbound,
    canConnect: (name) => canConnect(config, name),
    grants: house.safe.grants,
    agent: (name) => overrides.agents?.get(name) ?? agents.get(name),
    busyRules: (name) => busyRulesOf(config, name),
    hasReplyWindow: (name) => findChannel(name)?.abilities.replyWindow !== undefined,
    count: countInbound(house.registry),
    attachments,
    openChannel,
    sponsorships,
    announcer: webhooks,
    sleep,
    ...(config.auth.mode.kind === 'disabled' ? { everybody: () => localOwner(identity) } : {}),
  })
  stops.push(() => conversations.stop())
  const isAgent = (name: string) => overrides.agents?.has(name) === true || agents.has(name)
  return { conversations, delivery, attachments, isAgent }
}

/** What must hold before anything else: the master key is the right one, and whoever calls can be known. */
async function openSafe({ config, secrets, log }: AppOptions, db: Db, { clock, ids }: Tools) {
  const keyring = createKeyring(secrets.current, secrets.older)
  await unlockVault({ db, keyring })
  const audit = createAudit({ ids, clock })
  const publicUrl = publicUrlOf(config)
  const secret = secrets.derive('sessions')
  const grants = createGrants({ secret: secrets.derive('grants'), clock })
  const reader = { isGrant, verify: (token: string) => grants.verify(token) }
  const identity = createIdentity({
    db,
    ids,
    clock,
    audit,
    log,
    secret,
    publicUrl,
    grants: reader,
    ...config.auth,
  })
  return { vault: createVault({ keyring }), audit, identity, grants }
}

/** What tells the application of events; who listens is known from here on. */
async function openWebhooks(
  { config, log, version }: AppOptions,
  db: Db,
  { clock, ids }: Tools,
  { vault, audit }: Awaited<ReturnType<typeof openSafe>>,
  { lanes, signals }: Awaited<ReturnType<typeof coordinate>>,
  stops: Stop[],
) {
  const fetch = createGuardedFetch(config.webhooks)
  const sealed = { vault, random: randomBytes, jitter: Math.random }
  const webhooks = createWebhooks({ db, ids, clock, audit, lanes, signals, fetch, log, version, ...sealed })
  stops.push(() => webhooks.stop())
  await webhooks.load()
  return webhooks
}

/** Groups whose guests are answered, and what forgets how much they used. */
function openSponsorships(
  { log }: AppOptions,
  db: Db,
  { ids, clock }: Tools,
  { audit, linking, openChannel }: Pick<House, 'linking' | 'openChannel'> & { audit: Audit },
  stops: Stop[],
): Sponsorships {
  stops.push(keepUsageTidy({ db, log }))
  return createSponsorships({
    db,
    ids,
    clock,
    audit,
    askAdministrator: createGroupAdministrators(openChannel),
    async accountsOf(userId, channel) {
      const connections = await linking.list(userId)
      const live = connections.filter((one) => one.channel === channel && one.status === 'connected')
      return live.map(({ externalId }) => externalId)
    },
  })
}

/** The HTTP server, not yet listening. */
function openDoor(
  options: AppOptions,
  database: Database,
  { ids }: Tools,
  registry: Registry,
  signals: Signals,
  modules: RouteDependencies,
) {
  const { config, log, version, consoleDirectory, overrides = {} } = options
  const { metricsToken, trustedProxies } = config.server
  return createServer({
    identity: modules.identity,
    botKeys: modules.botKeys,
    publicUrl: modules.publicUrl,
    routes: (app) => registerRoutes(app, modules),
    ids,
    log,
    version,
    registry,
    readiness: readinessOf(database, signals),
    consoleDirectory,
    trustedProxies,
    ...(metricsToken === undefined ? {} : { metricsToken }),
    ...(overrides.rateLimits === undefined ? {} : { rateLimits: overrides.rateLimits }),
  })
}

function merge(usual: readonly ChannelDefinition[], others: readonly ChannelDefinition[]) {
  return [...usual.filter(({ name }) => !others.some((other) => other.name === name)), ...others]
}

function toolsOf({ clock = systemClock, ...overrides }: AppOverrides) {
  const ids = createIds(() => clock.now())
  return {
    clock,
    ids,
    sleep: overrides.sleep ?? sleep,
    fetch: overrides.fetch ?? fetch,
    replica: overrides.replica ?? ids('rep'),
  }
}

type Tools = ReturnType<typeof toolsOf>

/** Files of people, and what deletes those that belong to nothing any more. */
async function openAttachments({ config, secrets, log }: AppOptions, db: Db, tools: Tools, stops: Stop[]) {
  const { clock, ids, fetch } = tools
  const { dataDir, files } = config
  const attachments = createAttachments({
    db,
    ids,
    clock,
    publicUrl: publicUrlOf(config),
    store: await createFileStore(files, { dataDir, fetch, clock }),
    secret: secrets.derive('files'),
  })
  stops.push(keepFilesTidy({ attachments, log }))
  return attachments
}

/** What replicas agree on. */
async function coordinate(options: AppOptions, database: Database, tools: Tools, stops: Stop[]) {
  const { config, log, overrides = {} } = options
  const { leaseMs = 6_000 } = overrides
  const { db } = database
  const { replica, sleep } = tools
  const signals = await createSignals({ database, log, sleep })
  stops.push(() => signals.stop())
  const leases = createLeases({ db, log, sleep, replica, ttlMs: leaseMs })
  stops.push(() => leases.stop())
  const streams = await openStreams({ db, signals, log, sleep, redisUrl: config.redis.url })
  stops.push(() => streams.stop())
  const lanes = createLanes({ db, signals, log, sleep, replica, leaseMs })
  stops.push(() => lanes.stop())
  return { signals, leases, streams, lanes }
}

/** Everybody's owner where authentication is disabled. */
async function localOwner(identity: Identity) {
  const principal = await identity.authenticate({})
  if (principal === undefined) throw new Error('There is no local user.')
  const { userId: id, name, email, workspaceId } = principal
  return { user: { id, name, email }, workspaceId, connectionId: null }
}

function countInbound(registry: Registry) {
  const inbound = new Counter({
    name: 'portico_inbound_total',
    help: 'Accepted messages by how they ended',
    labelNames: ['outcome'],
    registers: [registry],
  })
  return (outcome: string) => inbound.inc({ outcome })
}

/** The bots of the configuration file; the playground is there unless the file switches it off. */
function fileBotsOf({ channels, productName }: Config): FileBot[] {
  const named = { playground: { enabled: true, agent: 'default', settings: {} }, ...channels }
  return Object.entries(named).map(([channel, bot]) => ({
    channel,
    name: channel === 'playground' ? productName : channel,
    ...bot,
  }))
}

function canConnect({ channelConnections: { enabled, channels } }: Config, name: string): boolean {
  return enabled && channels[name]?.enabled !== false
}

function publicUrlOf({ server }: Config): string {
  return server.publicUrl ?? `http://${server.host}:${server.port}`
}

function busyRulesOf({ agents }: Config, name: string): BusyRules | undefined {
  const agent = agents[name]
  return agent === undefined ? undefined : { mode: agent.busy, limit: agent.queueLimit }
}

function readinessOf({ db }: Database, signals: Signals): ReadinessChecks {
  return {
    database: async () => {
      await db.selectFrom('vault_keys').select('id').limit(1).execute()
    },
    migrations: async () => {
      const pending = await pendingMigrations(db)
      if (pending.length > 0) throw new Error(`Not applied: ${pending.join(', ')}.`)
    },
    signals: async () => {
      if (!signals.connected) throw new Error('The connection for signals is down.')
    },
  }
}
