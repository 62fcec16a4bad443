import type { Bot, NewBot } from './bots.ts'
import { usualRules, type BotRules } from './bot-rules.ts'
import type { BotSettings, ChannelDefinition } from './channel.ts'
import { channelErrors } from './channel-errors.ts'
import { findEnabled, requireBot } from './channel-state.ts'
import type { Administrator, ChannelsDependencies } from './channels.ts'
import {
  checkCredentials,
  complete,
  inFile,
  plainSettings,
  refuseUnknownFields,
  saveBot,
} from './configure-channel.ts'
import { exclusively } from './exclusively.ts'
import {
  beginInstallation,
  finishInstallation,
  type BegunInstallation,
  type ReturnedInstallation,
} from './install-bot.ts'
import { valuesOf } from './provider.ts'
import { withdrawBot } from './remove-channel.ts'
import type { BotState } from './supervisor.ts'

/** Bots one by one: several of a channel, each with its agent and rules. A change of one touches no other. */
export interface BotAdministration {
  /** All bots of the workspace, oldest first. */
  list(by: Administrator): Promise<BotView[]>
  /** Throws `bot_unknown`, also for another workspace's. So do all that take an id. */
  find(id: string, by: Administrator): Promise<BotView>
  /**
   * Checks the credentials against the platform, then stores the bot, which connects by itself. Throws what
   * `Channels.configure` throws, `bot_agent_unknown` and `bot_name_taken`.
   */
  create(channel: string, change: BotChange & { name: string }, by: Administrator): Promise<BotView>
  /** Changes what is given. Credentials are checked first; `enabled: false` pauses the bot. Throws as `create`. */
  change(id: string, change: BotChange, by: Administrator): Promise<BotView>
  /** Removes the bot for good; with a channel's last bot the connections of its people end. */
  remove(id: string, by: Administrator): Promise<void>
  /**
   * Begins the installation in one more of the platform's workspaces: `url` is where its administrator agrees.
   * Throws `channel_install_absent`, `channel_install_unprepared`, and what `Channels.provider` throws.
   */
  install(id: string, by: Administrator, redirectUrl: string): Promise<BegunInstallation>
  /**
   * Ends it with what the platform sent the browser back with, and returns the channel. Nothing is stored when it
   * throws: `install_link_invalid`, `install_denied`, `install_refused`, and what `install` throws.
   */
  finishInstall(returned: ReturnedInstallation, redirectUrl: string): Promise<string>
}

export interface BotChange {
  name?: string
  agent?: string
  enabled?: boolean
  /** Credentials by field name; a mask keeps what is stored. */
  values?: Readonly<Record<string, string>>
  rules?: Partial<BotRules>
}

export interface BotView {
  bot: Bot
  definition: ChannelDefinition
  state: BotState | undefined
  /** Stored secrets as a mask. */
  values: Record<string, string>
  /** The platform's ids of the workspaces where it was installed; undefined where there is no such thing. */
  installedIn: readonly string[] | undefined
}

export function createBotAdministration(deps: ChannelsDependencies): BotAdministration {
  const view = (bot: Bot, states: ReadonlyMap<string, BotState>): BotView[] => {
    const definition = deps.catalogue.find(({ name }) => name === bot.channel)
    if (definition === undefined) return []
    const values = valuesOf(definition, bot.settings)
    return [{ bot, definition, state: states.get(bot.id), values, installedIn: installedIn(definition, bot) }]
  }
  const viewOne = async (bot: Bot): Promise<BotView> => {
    const [found] = view(bot, await deps.supervisor.states())
    if (found === undefined) throw channelErrors.bot_unknown()
    return found
  }
  const require = (id: string, by: Administrator) => requireBot(deps, id, by)
  return {
    async list({ workspaceId }) {
      const [bots, states] = await Promise.all([deps.bots.list(deps.db), deps.supervisor.states()])
      return bots.filter((bot) => bot.workspaceId === workspaceId).flatMap((bot) => view(bot, states))
    },
    find: async (id, by) => viewOne(await require(id, by)),
    async create(channel, change, by) {
      const definition = findEnabled(deps, channel)
      return exclusively(deps.connect, `portico channel ${channel}`, async () => {
        const { workspaceId } = by
        const settings = plainSettings(definition, inFile(deps, definition))
        const bare = { id: deps.ids('bot'), workspaceId, channel, settings, source: 'runtime' } as const
        const usual = { ...bare, name: '', agent: 'default', enabled: true, rules: usualRules }
        const bot = await changed(deps, definition, usual, { values: {}, ...change })
        return viewOne(await saveBot(deps, bot, by, 'bot.created'))
      })
    },
    async change(id, change, by) {
      const { channel } = await require(id, by)
      const definition = findEnabled(deps, channel)
      return exclusively(deps.connect, `portico channel ${channel}`, async () => {
        const bot = await changed(deps, definition, await require(id, by), change)
        return viewOne(await saveBot(deps, bot, by, 'bot.changed'))
      })
    },
    async remove(id, by) {
      const { channel } = await require(id, by)
      const definition = findEnabled(deps, channel)
      if (definition.credentialFields.length === 0) throw channelErrors.bot_not_removable()
      await exclusively(deps.connect, `portico channel ${channel}`, async () => {
        const bot = await require(id, by)
        const others = (await deps.bots.list(deps.db, { channel })).filter((other) => other.id !== id)
        await withdrawBot(deps, definition, bot, by, { withConnections: others.length === 0 })
      })
    },
    install: (id, by, redirectUrl) => beginInstallation(deps, id, by, redirectUrl),
    finishInstall: (returned, redirectUrl) => finishInstallation(deps, returned, redirectUrl),
  }
}

/** Unreadable settings must not hide the bot from those who can mend them. */
function installedIn({ install }: ChannelDefinition, bot: Bot): readonly string[] | undefined {
  try {
    return install?.workspaces(bot.settings)
  } catch {
    return []
  }
}

type Described = Omit<Bot, 'revision' | 'damaged'>

/** The bot as it should be. Asks the platform only about credentials that were entered. */
async function changed(
  deps: ChannelsDependencies,
  definition: ChannelDefinition,
  { id, workspaceId, channel, ...bot }: Described,
  change: BotChange,
): Promise<NewBot> {
  const { name = bot.name, agent = bot.agent, enabled = bot.enabled } = change
  if (agent !== bot.agent && !deps.isAgent(agent)) throw channelErrors.bot_agent_unknown()
  await refuseTakenName(deps, { id, channel, name })
  const settings =
    change.values === undefined
      ? bot.settings
      : await checkedSettings(deps, definition, bot.settings, change.values)
  const rules = { ...bot.rules, ...change.rules }
  return { id, workspaceId, channel, name, agent, enabled, settings, rules, source: 'runtime' }
}

async function checkedSettings(
  deps: ChannelsDependencies,
  definition: ChannelDefinition,
  stored: BotSettings,
  values: Readonly<Record<string, string>>,
): Promise<BotSettings> {
  refuseUnknownFields(definition, values)
  const settings = complete(deps, definition, stored, values)
  await checkCredentials(deps, definition, settings)
  return settings
}

async function refuseTakenName(
  { bots, db }: ChannelsDependencies,
  { id, channel, name }: Pick<Bot, 'id' | 'channel' | 'name'>,
): Promise<void> {
  const others = await bots.list(db, { channel })
  if (others.some((other) => other.id !== id && other.name === name)) throw channelErrors.bot_name_taken()
}
