import type { Bot } from './bots.ts'
import type { BotSettings, ChannelDefinition } from './channel.ts'
import { channelErrors } from './channel-errors.ts'
import type { Administrator, ChannelsDependencies, ConnectableChannel } from './channels.ts'
import type { BotState } from './supervisor.ts'

/** A channel with its bots and how they fare. `bot`, the oldest, is the one that the channel's routes act on. */
export interface ChannelState {
  definition: ChannelDefinition
  bots: Bot[]
  bot: Bot | undefined
  settings: BotSettings
  states: ReadonlyMap<string, BotState>
}

type Dependencies = Pick<ChannelsDependencies, 'db' | 'bots' | 'supervisor' | 'catalogue' | 'connections'>

export function requireConnections({ connections }: Pick<Dependencies, 'connections'>): void {
  if (!connections.enabled) throw channelErrors.channel_connections_disabled()
}

/** A channel that people may use; throws what `Channels.provider` throws. */
export function findEnabled(
  deps: Pick<Dependencies, 'catalogue' | 'connections'>,
  name: string,
): ChannelDefinition {
  const definition = deps.catalogue.find((one) => one.name === name)
  if (definition === undefined) throw channelErrors.channel_unknown()
  requireConnections(deps)
  if (!isEnabled(deps, name)) throw channelErrors.channel_not_enabled()
  return definition
}

/** A bot of the caller's workspace. Throws `bot_unknown`. */
export async function requireBot(
  { bots, db }: Pick<ChannelsDependencies, 'bots' | 'db'>,
  id: string,
  { workspaceId }: Pick<Administrator, 'workspaceId'>,
): Promise<Bot> {
  const bot = await bots.find(db, id)
  if (bot?.workspaceId !== workspaceId) throw channelErrors.bot_unknown()
  return bot
}

export async function listEnabled(deps: Dependencies): Promise<ChannelState[]> {
  const [bots, states] = await Promise.all([deps.bots.list(deps.db), deps.supervisor.states()])
  return deps.catalogue
    .filter(({ name }) => isEnabled(deps, name))
    .map((definition) =>
      stateOf(
        deps,
        definition,
        bots.filter(({ channel }) => channel === definition.name),
        states,
      ),
    )
}

export async function readChannel(deps: Dependencies, definition: ChannelDefinition): Promise<ChannelState> {
  const [bots, states] = await Promise.all([
    deps.bots.list(deps.db, { channel: definition.name }),
    deps.supervisor.states(),
  ])
  return stateOf(deps, definition, bots, states)
}

/** See `Channels.connectable`. */
export async function requireConnectable(
  deps: Dependencies,
  name: string,
  botId?: string,
): Promise<ConnectableChannel> {
  const channel = await readChannel(deps, findEnabled(deps, name))
  const bot = botId === undefined ? channel.bot : channel.bots.find(({ id }) => id === botId)
  if (botId !== undefined && bot === undefined) throw channelErrors.bot_unknown()
  const asked = { ...channel, bot, settings: settingsOf(deps, name, bot) }
  const { definition, settings } = asked
  const reason = reasonAgainst(asked)
  if (bot === undefined || !isConfigured(asked)) throw channelErrors.channel_not_configured(reason)
  if (!isRunning(asked)) throw channelErrors.channel_not_running(reason)
  return { definition, bot, settings }
}

/** Why nobody can connect now, as `detail`; empty when one can. */
export function reasonAgainst(channel: ChannelState): { detail?: string } {
  const { definition, bot } = channel
  const { displayName, credentialFields } = definition
  if (bot?.damaged === true)
    return { detail: `The stored ${displayName} credentials cannot be opened. Enter them again.` }
  if (awaitsLogin(channel)) return { detail: `Log in to ${displayName} to connect this channel.` }
  if (!isConfigured(channel))
    return credentialFields.length === 0
      ? { detail: 'Channel provider is not configured' }
      : { detail: `Enter the required ${displayName} credentials to connect this channel.` }
  if (!isRunning(channel))
    return {
      detail: `${displayName} channel is configured but is not running. Check the credentials and service logs.`,
    }
  return {}
}

export function isConfigured({ definition, bot, settings }: ChannelState): boolean {
  return (
    bot !== undefined &&
    bot.damaged !== true &&
    missingFields(definition, settings).length === 0 &&
    !awaitsLogin({ definition, settings })
  )
}

/** What a login gives, no form must: without any secret it has not happened yet. */
function awaitsLogin({ definition, settings }: Pick<ChannelState, 'definition' | 'settings'>): boolean {
  return (
    definition.login !== undefined &&
    definition.credentialFields.every(({ name, type }) => type !== 'password' || isBlank(settings[name]))
  )
}

export function isRunning({ bot, states }: Pick<ChannelState, 'bot' | 'states'>): boolean {
  return bot !== undefined && isUp(states.get(bot.id))
}

/** A bot that was connected and now waits for its platform to answer again is up: it goes on by itself. */
export function isUp(state: BotState | undefined): boolean {
  return state?.state === 'connected' || (state?.state === 'transient' && state.lastTransportAt !== null)
}

export function missingFields({ credentialFields }: ChannelDefinition, settings: BotSettings) {
  return credentialFields.filter(({ name, required }) => required && isBlank(settings[name]))
}

export function isBlank(value: unknown): boolean {
  return value === undefined || value === null || value === ''
}

/** A bot's own settings, and where it has none those of `channel_connections`. */
export function settingsOf(
  { connections }: Pick<Dependencies, 'connections'>,
  name: string,
  bot: Bot | undefined,
): BotSettings {
  const own = Object.entries(bot?.settings ?? {}).filter(([, value]) => !isBlank(value))
  return { ...connections.channels[name]?.settings, ...Object.fromEntries(own) }
}

function isEnabled({ connections }: Pick<Dependencies, 'connections'>, name: string): boolean {
  return connections.channels[name]?.enabled ?? true
}

function stateOf(
  deps: Dependencies,
  definition: ChannelDefinition,
  bots: Bot[],
  states: ReadonlyMap<string, BotState>,
): ChannelState {
  const [bot] = bots
  return { definition, bots, bot, settings: settingsOf(deps, definition.name, bot), states }
}
