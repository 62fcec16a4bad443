import { randomBytes } from 'node:crypto'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { createAudit } from '../../../audit/audit.ts'
import { createBots, type FileBot } from '../../../channels/bots.ts'
import type { ChannelDefinition } from '../../../channels/channel.ts'
import { createWebhookReceiver } from '../../../channels/webhook-receiver.ts'
import { createChannels } from '../../../channels/channels.ts'
import { paperChannel } from '../../../channels/testing/paper-channel.ts'
import { startReplica } from '../../../channels/testing/replica.ts'
import { createSignals } from '../../../coordination/signals-postgres.ts'
import { createTestBotKeys } from '../../../identity/testing/bot-keys.ts'
import { createIdentity } from '../../../identity/identity.ts'
import { quickPasswords } from '../../../identity/testing/quick-passwords.ts'
import { createIds } from '../../../lib/ids.ts'
import type { Log } from '../../../lib/log.ts'
import { sleep } from '../../../lib/sleep.ts'
import { createLinking } from '../../../linking/linking.ts'
import { listen } from '../../../webhooks/testing/listening.ts'
import type { Tx } from '../../../storage/database.ts'
import { createTestDatabase } from '../../../testing/database.ts'
import { createKeyring, createVault } from '../../../vault/vault.ts'
import { registerBotRoutes, registerIdentityRoutes } from '../../routes.ts'
import { createServer } from '../../server.ts'
import { publicUrl, signUp, type Visitor } from '../../testing/gateway.ts'
import { receiveWebhook } from '../../webhooks/receive-webhook.ts'
import { registerChannelRoutes } from '../routes.ts'

export interface HouseOptions {
  connections?: { enabled: boolean }
  isAuthDisabled?: boolean
  isServiceRunning?: boolean
  fileBots?: readonly FileBot[]
  /** Beside those of the house. */
  channels?: readonly ChannelDefinition[]
  /** Instead of ending connections when a channel is removed. */
  revokeConnections?: (tx: Tx) => Promise<unknown>
  /** Silent unless given. */
  log?: Log
}

/** The definitions of the house: `paper` takes a typed code, `deep` a link, `hidden` is switched off. */
export const paperCatalogue: readonly ChannelDefinition[] = [
  paperChannel('paper', 'Paper'),
  paperChannel('deep', 'Deep', {
    authMode: 'deep_link',
    connectUrl: (settings, code) => `https://deep.example/${String(settings['app_name'])}?start=${code}`,
  }),
  paperChannel('hidden', 'Hidden'),
]

/** The routes of /api/channels over real modules, with an administrator and a user who are signed in. */
export async function openChannelsHouse(options: HouseOptions = {}) {
  const database = await createTestDatabase(8)
  const { db } = database
  const catalogue = [...paperCatalogue, ...(options.channels ?? [])]
  const webhooks = { messages: [] as string[], areFailing: false }
  const log = options.log ?? pino({ level: 'silent' })
  const clock = { now: Date.now }
  const ids = createIds(clock.now)
  const audit = createAudit({ ids, clock })
  const identity = createIdentity({
    db,
    ids,
    clock,
    audit,
    log,
    secret: 'a secret of at least thirty-two characters',
    publicUrl,
    mode: { kind: 'local' },
    signUp: 'open',
    passwords: quickPasswords,
  })
  const signals = await createSignals({ database, log, sleep })
  const bots = createBots({
    vault: createVault({ keyring: createKeyring(randomBytes(32)) }),
    ids,
    audit,
    signals,
    channels: catalogue,
    homeWorkspace: async (tx) =>
      (await tx.selectFrom('workspaces').select('id').orderBy('created_at').executeTakeFirstOrThrow()).id,
  })
  const linking = createLinking({
    db,
    ids,
    clock,
    audit,
    announcer: listen(),
    approval: 'one',
    stopTurns: async () => undefined,
    random: randomBytes,
  })
  const replica = await startReplica(database, { name: 'one', bots, catalogue })
  const { supervisor } = replica
  const webhookReceiver = createWebhookReceiver({
    db,
    bots,
    catalogue,
    async accept(_tx, _bot, { messages }) {
      if (webhooks.areFailing) throw new Error('not committed')
      webhooks.messages.push(...messages.map(({ text }) => text))
    },
    dependencies: { fetch, now: clock.now, sleep },
    log,
  })
  const channels = createChannels({
    db,
    connect: () => database.connect(),
    bots,
    supervisor,
    catalogue,
    signals,
    connections: {
      enabled: true,
      channels: {
        hidden: { enabled: false, settings: {} },
        deep: { enabled: true, settings: { app_name: 'from_file' } },
      },
      ...options.connections,
    },
    fileBots: options.fileBots ?? [],
    isAuthDisabled: options.isAuthDisabled ?? false,
    audit,
    ids,
    random: randomBytes,
    isAgent: (name) => name === 'default' || name === 'guide',
    platform: { fetch, now: clock.now, sleep },
    revokeConnections:
      options.revokeConnections ??
      ((tx, channel, { userId }) => linking.revokeAllOf(tx, { channel, by: { kind: 'user', id: userId } })),
    giveUpDeliveries: async () => undefined,
    settleTimeoutMs: 5000,
  })
  if (options.isServiceRunning !== false) await supervisor.start()

  const botKeys = createTestBotKeys({ db, ids, clock, identity })
  const app = await createServer({
    identity,
    botKeys,
    publicUrl,
    routes(app) {
      registerIdentityRoutes(app, { db, publicUrl, identity, botKeys })
      registerChannelRoutes(app, { channels, linking, productName: 'Portico' })
      registerBotRoutes(app, { channels, publicUrl })
      receiveWebhook(app, webhookReceiver)
    },
    ids,
    log,
    version: '0.0.0',
    registry: new Registry(),
    readiness: {},
    consoleDirectory: '/nonexistent',
    rateLimits: { perAddress: 100_000, perBotService: 100_000, perUser: 100_000, guesses: 100_000 },
  })
  const admin = await signUp(app, { name: 'Ada', email: 'ada@example.org' })
  const user = await signUp(app, { name: 'Bob', email: 'bob@example.org' })

  return {
    app,
    database,
    db,
    bots,
    linking,
    supervisor,
    channels,
    /** What came in by webhooks; while `areFailing`, nothing is committed. */
    webhooks,
    admin,
    user,
    ask: (who: Visitor | undefined, method: 'GET' | 'POST' | 'DELETE', path: string, payload?: object) =>
      app.inject({
        method,
        url: `/api/channels${path}`,
        ...(who && { headers: who.headers }),
        ...(payload && { payload }),
      }),
    async stop() {
      await app.close()
      await replica.stop()
      await signals.stop()
      await database.drop()
    },
  }
}

export type ChannelsHouse = Awaited<ReturnType<typeof openChannelsHouse>>
