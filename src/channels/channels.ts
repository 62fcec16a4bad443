import type { Audit } from '../audit/audit.ts'
import type { Signals } from '../coordination/signals.ts'
import type { NewId } from '../lib/ids.ts'
import type { Database, Db, Tx } from '../storage/database.ts'
import type { Bot, Bots, FileBot } from './bots.ts'
import type { BotSettings, ChannelDefinition, ChannelDependencies } from './channel.ts'
import { createBotAdministration, type BotAdministration } from './bot-administration.ts'
import { configureChannel } from './configure-channel.ts'
import {
  findEnabled,
  listEnabled,
  readChannel,
  requireConnectable,
  requireConnections,
} from './channel-state.ts'
import { readStatus, restartChannel, type ServiceStatus } from './channel-service.ts'
import { answerLogin, loginToChannel, type ShownLoginStep } from './login-channel.ts'
import { viewProvider, type Provider, type Viewer } from './provider.ts'
import { removeChannel } from './remove-channel.ts'
import type { Supervisor } from './supervisor.ts'

export { channelErrors } from './channel-errors.ts'
export type { BotAdministration, BotChange, BotView } from './bot-administration.ts'
export type { BegunInstallation, ReturnedInstallation } from './install-bot.ts'
export type { Provider, Viewer } from './provider.ts'
export type { ServiceStatus } from './channel-service.ts'
export type { ShownLoginStep } from './login-channel.ts'

/**
 * What people and administrators do with channels: see which there are, connect, enter and withdraw credentials.
 * Each of these acts on the oldest bot of a channel; further bots are changed one by one.
 */
export interface Channels {
  /** Every channel, and whether a bot of it is enabled and running. */
  status(): Promise<ServiceStatus>
  /** Whether people may connect at all, and to what. Starts nothing. */
  providers(viewer: Viewer): Promise<{ enabled: boolean; providers: Provider[] }>
  /** Throws `channel_unknown`, `channel_connections_disabled`, `channel_not_enabled`. */
  provider(name: string, viewer: Viewer): Promise<Provider>
  /**
   * A channel to which a person can connect now, by its oldest bot or the one that was asked for. Throws what
   * `provider` throws, `bot_unknown`, `channel_not_configured` and `channel_not_running`.
   */
  connectable(name: string, botId?: string): Promise<ConnectableChannel>
  /**
   * Enters credentials and has them run. Checks them against the platform first, and when the bot does not start
   * leaves everything as it was. Throws what `provider` throws, `channel_field_unknown`,
   * `channel_configuration_missing`, `channel_credentials_refused`, `channel_start_failed`.
   */
  configure(name: string, values: Readonly<Record<string, string>>, by: Administrator): Promise<void>
  /**
   * Gets credentials by steps with a person and has them run, as `configure` does with typed ones; aborting ends
   * it. Throws what `provider` throws and `channel_login_absent`; the steps end with what `configure` throws or
   * with `channel_login_failed`.
   */
  login(name: string, by: Administrator): (signal: AbortSignal) => AsyncIterable<ShownLoginStep>
  /** What the person typed when a login asked. A login that has ended, or did not ask, does not hear it. */
  answerLogin(loginId: string, value: string): Promise<void>
  /**
   * Stops the bot, revokes every connection of the channel and leaves a tombstone; a failure on the way leaves
   * everything as it was. Throws what `provider` throws and `channel_stop_failed`.
   */
  remove(name: string, by: Administrator): Promise<void>
  /** Connects the bots of a channel anew; false when that was not possible. Throws `channel_service_stopped`. */
  restart(name: string): Promise<boolean>
  /** The bots one by one. */
  readonly bots: BotAdministration
  readonly areConnectionsEnabled: boolean
  /** Throws `channel_connections_disabled`. */
  requireConnections(): void
}

export interface ConnectableChannel {
  definition: ChannelDefinition
  bot: Bot
  /** The bot's settings over those of `channel_connections`. */
  settings: BotSettings
}

export interface Administrator {
  userId: string
  workspaceId: string
}

export interface ChannelsDependencies {
  db: Db
  /** Opens a connection outside the pool. */
  connect: Database['connect']
  bots: Bots
  supervisor: Supervisor
  catalogue: readonly ChannelDefinition[]
  /** Bring what a person types to the replica that follows the login. */
  signals: Pick<Signals, 'send' | 'on'>
  /** `channel_connections` of the configuration. A channel that it does not name is enabled. */
  connections: {
    enabled: boolean
    channels: Readonly<Record<string, { enabled: boolean; settings: BotSettings }>>
  }
  /** The bots of the configuration file: a bot that is entered anew goes on with what the file says beside credentials. */
  fileBots: readonly FileBot[]
  /** Everybody is the one local user, whom bots take every sender for. */
  isAuthDisabled: boolean
  audit: Audit
  ids: NewId
  /** That many bytes that nobody can guess. */
  random: (size: number) => Uint8Array
  /** What a channel needs to check credentials. */
  platform: ChannelDependencies
  /** Ends all connections of a channel; from `linking`. */
  revokeConnections(tx: Tx, channel: string, by: Administrator): Promise<unknown>
  /** Gives up what removed bots had still to send; from `delivery`. It never rejects: what fails is done later. */
  giveUpDeliveries(): Promise<void>
  /** Whether an agent of this name is configured. */
  isAgent(name: string): boolean
  /** How long a bot may take to start or stop, in milliseconds. */
  settleTimeoutMs?: number
}

export function createChannels(deps: ChannelsDependencies): Channels {
  return {
    status: () => readStatus(deps),
    async providers(viewer) {
      if (!deps.connections.enabled) return { enabled: false, providers: [] }
      const channels = await listEnabled(deps)
      return { enabled: true, providers: channels.map((channel) => viewProvider(deps, channel, viewer)) }
    },
    async provider(name, viewer) {
      const definition = findEnabled(deps, name)
      return viewProvider(deps, await readChannel(deps, definition), viewer)
    },
    connectable: (name, botId) => requireConnectable(deps, name, botId),
    configure: (name, values, by) => configureChannel(deps, name, values, by),
    login: (name, by) => loginToChannel(deps, name, by),
    answerLogin: (loginId, value) => answerLogin(deps, loginId, value),
    remove: (name, by) => removeChannel(deps, name, by),
    restart: (name) => restartChannel(deps, name),
    bots: createBotAdministration(deps),
    areConnectionsEnabled: deps.connections.enabled,
    requireConnections: () => requireConnections(deps),
  }
}
