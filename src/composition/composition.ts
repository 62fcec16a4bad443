import { randomBytes } from 'node:crypto'
import { createChannels } from '../channels/channels.ts'
import { createSupervisor } from '../channels/supervisor.ts'
import { createWebhookReceiver } from '../channels/webhook-receiver.ts'
import type { Signals } from '../coordination/signals.ts'
import { createServer, registerRoutes, type ReadinessChecks, type RouteDependencies } from '../http/server.ts'
import { createBotKeys } from '../identity/identity.ts'
import type { Delivery } from '../delivery/delivery.ts'
import type { Database } from '../storage/database.ts'
import { pendingMigrations } from '../storage/migrate.ts'
import { converse } from './converse.ts'
import { hangDoors, type Doors } from './doors.ts'
import { layFoundation, type Foundation, type Stop } from './foundation.ts'
import { agentKindsOf, fileBotsOf, publicUrlOf } from './from-config.ts'
import type { AppOptions } from './options.ts'

export type { Stop } from './foundation.ts'
export type { AppOptions, AppOverrides } from './options.ts'

/** Builds every module on an open database, from the bottom up, and registers how each is stopped. */
export async function compose(options: AppOptions, database: Database, stops: Stop[]) {
  const { config, log } = options
  const foundation = await layFoundation(options, database, stops)
  const { db, webhooks, identity, audit, lanes } = foundation
  const doors = hangDoors(foundation)
  const { bots, definitions, dependencies, linking, platform, sponsorships } = doors
  const conversing = await converse(foundation, doors)
  const { conversations, delivery, attachments, keys, isAgent } = conversing

  const { accept } = conversations
  const catalogue = definitions
  const supervisor = createSupervisor({
    ...foundation,
    bots,
    catalogue,
    accept,
    attach: delivery.attach,
    dependencies,
    log,
    random: Math.random,
  })
  stops.push(() => supervisor.stop())
  const botKeys = createBotKeys({
    ...foundation,
    environmentKey: config.linking.botApiKey,
    productName: config.productName,
    isOpen: config.auth.mode.kind === 'disabled',
    isAgent,
    isChannel: (name) => definitions.some((definition) => definition.name === name),
    homeWorkspace: doors.homeWorkspace,
  })
  const server = await openServer(foundation, {
    db,
    publicUrl: publicUrlOf(config),
    identity,
    botKeys,
    conversations,
    playground: { db, bots, linking, platform },
    channels: administer(foundation, doors, { supervisor, isAgent, delivery }),
    attachments,
    linking,
    sponsorships,
    productName: config.productName,
    deadLetters: { db, lanes, audit },
    tokens: foundation.tokens,
    agents: agentKindsOf(config, options.overrides?.agents?.keys()),
    integrations: { db, identity, publicUrl: publicUrlOf(config), ...keys },
    keys,
    webhookEndpoints: webhooks.endpoints,
    webhooks: createWebhookReceiver({ db, bots, catalogue, accept, dependencies, log }),
  })
  stops.push(() => server.close())
  const syncBots = () =>
    db.transaction().execute(async (tx) => {
      await bots.syncFile(tx, fileBotsOf(config))
      await botKeys.syncEnvironment(tx)
    })
  return { identity, tokens: foundation.tokens, conversations, supervisor, webhooks, keys, server, syncBots }
}

/** Channels as people and administrators see and change them. */
function administer(
  foundation: Foundation,
  { bots, definitions, dependencies, linking }: Doors,
  {
    supervisor,
    isAgent,
    delivery,
  }: Pick<Parameters<typeof createChannels>[0], 'supervisor' | 'isAgent'> & { delivery: Delivery },
) {
  const { options, database } = foundation
  const { config } = options
  return createChannels({
    ...foundation,
    connect: () => database.connect(),
    bots,
    supervisor,
    catalogue: definitions,
    connections: config.channelConnections,
    fileBots: fileBotsOf(config),
    isAuthDisabled: config.auth.mode.kind === 'disabled',
    isAgent,
    random: randomBytes,
    platform: dependencies,
    giveUpDeliveries: () =>
      delivery.giveUpOnRemoved().catch((error: unknown) => {
        options.log.warn({ err: error }, 'what a removed bot had to send will be given up later')
      }),
    revokeConnections: (tx, channel, by) =>
      linking.revokeAllOf(tx, { channel, by: { kind: 'user', id: by.userId } }),
  })
}

/** The HTTP server, not yet listening. */
function openServer({ options, database, registry, signals, ids }: Foundation, modules: RouteDependencies) {
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
