import { PlatformError } from '../lib/errors.ts'
import type { Bot, FileBot, NewBot } from './bots.ts'
import type { BotSettings, ChannelDefinition } from './channel.ts'
import { channelErrors } from './channel-errors.ts'
import { findEnabled, missingFields, settingsOf } from './channel-state.ts'
import type { Administrator, ChannelsDependencies } from './channels.ts'
import { exclusively } from './exclusively.ts'
import { visibleFields } from './provider.ts'
import { emptyMasks, mergeValues } from './mask.ts'

const settleTimeoutMs = 15_000

/** See `Channels.configure`. Changes of one channel come one after the other; other channels do not wait. */
export async function configureChannel(
  deps: ChannelsDependencies,
  name: string,
  values: Readonly<Record<string, string>>,
  by: Administrator,
): Promise<void> {
  const definition = findEnabled(deps, name)
  refuseUnknownFields(definition, values)
  await enterSettings(deps, definition, by, (stored) => complete(deps, definition, stored, values))
}

/** Has the channel's oldest bot run with other settings than the stored ones, or leaves everything as it was. */
export async function enterSettings(
  deps: ChannelsDependencies,
  definition: ChannelDefinition,
  by: Administrator,
  settingsFrom: (stored: BotSettings) => BotSettings,
): Promise<void> {
  await exclusively(deps.connect, `portico channel ${definition.name}`, async () => {
    const [previous] = await deps.bots.list(deps.db, { channel: definition.name })
    const settings = settingsFrom(storedOf(deps, definition, previous))
    await checkCredentials(deps, definition, settings)
    const saved = await saveBot(deps, botWith(deps, definition, previous, settings, by), by, 'bot.configured')
    const failure = await waitForStart(deps, saved)
    if (failure === undefined) return
    await takeBack(deps, saved, previous, by)
    throw channelErrors.channel_start_failed({
      detail: `Failed to start ${definition.displayName} channel. Check the values and try again.`,
      cause: failure,
    })
  })
}

/** The settings of the channel's oldest bot; where there is none, what the file says beside credentials. */
export async function storedSettings(
  deps: ChannelsDependencies,
  definition: ChannelDefinition,
): Promise<BotSettings> {
  const [bot] = await deps.bots.list(deps.db, { channel: definition.name })
  return storedOf(deps, definition, bot)
}

function storedOf(
  deps: ChannelsDependencies,
  definition: ChannelDefinition,
  bot: Bot | undefined,
): BotSettings {
  return bot?.settings ?? plainSettings(definition, inFile(deps, definition))
}

/** Throws `channel_field_unknown`. */
export function refuseUnknownFields(
  definition: ChannelDefinition,
  values: Readonly<Record<string, string>>,
): void {
  const fields = visibleFields(definition)
  const unknown = Object.keys(values).filter((field) => !fields.some(({ name }) => name === field))
  if (unknown.length === 0) return
  const errors = unknown.map((field) => ({ path: `/body/values/${field}`, message: 'is not known here' }))
  throw channelErrors.channel_field_unknown({ members: { errors } })
}

/** What is stored with what was typed over it. Throws `channel_configuration_missing`. */
export function complete(
  deps: ChannelsDependencies,
  definition: ChannelDefinition,
  stored: BotSettings,
  values: Readonly<Record<string, string>>,
): BotSettings {
  const settings = mergeValues(definition, stored, values)
  const effective = { ...settingsOf(deps, definition.name, undefined), ...settings }
  const missing = new Set([
    ...missingFields(definition, effective),
    ...emptyMasks(definition, stored, values),
  ])
  if (missing.size === 0) return settings
  const labels = definition.credentialFields.filter((field) => missing.has(field)).map(({ label }) => label)
  throw channelErrors.channel_configuration_missing({
    detail: `Missing required channel configuration: ${labels.join(', ')}`,
  })
}

/** Asks the platform. Throws `channel_credentials_refused`, `channel_start_failed`. */
export async function checkCredentials(
  { platform }: ChannelsDependencies,
  definition: ChannelDefinition,
  settings: BotSettings,
): Promise<void> {
  const { displayName } = definition
  try {
    await definition.validate(settings, platform)
  } catch (cause) {
    if (cause instanceof PlatformError && cause.kind === 'bad_credentials')
      throw channelErrors.channel_credentials_refused({
        detail: `${displayName} refused these credentials. Check the values and try again.`,
        cause,
      })
    throw channelErrors.channel_start_failed({
      detail: `Failed to start ${displayName} channel. Check the values and try again.`,
      cause,
    })
  }
}

function botWith(
  deps: ChannelsDependencies,
  definition: ChannelDefinition,
  previous: Bot | undefined,
  settings: BotSettings,
  { workspaceId }: Administrator,
): NewBot {
  const { name } = definition
  const agent = inFile(deps, definition)?.agent ?? 'default'
  const bot = previous ?? { id: deps.ids('bot'), workspaceId, channel: name, name, agent }
  return { ...bot, settings, enabled: true, source: 'runtime' }
}

export function inFile({ fileBots }: ChannelsDependencies, { name }: ChannelDefinition): FileBot | undefined {
  return fileBots.find(({ channel }) => channel === name)
}

/** What the file says beside credentials: those were withdrawn when the bot was removed. */
export function plainSettings(
  { credentialFields }: ChannelDefinition,
  bot: FileBot | undefined,
): BotSettings {
  const isCredential = (field: string) => credentialFields.some(({ name }) => name === field)
  return Object.fromEntries(Object.entries(bot?.settings ?? {}).filter(([field]) => !isCredential(field)))
}

/** What went wrong, if the bot is not connected in time. */
async function waitForStart(deps: ChannelsDependencies, { id, revision }: Bot): Promise<Error | undefined> {
  try {
    const settled = await deps.supervisor.settled(id, revision, deps.settleTimeoutMs ?? settleTimeoutMs)
    if (settled?.state === 'connected') return undefined
    return new Error(
      settled === undefined ? 'No replica started it in time.' : `${settled.state}: ${settled.detail ?? ''}`,
    )
  } catch (error) {
    return error instanceof Error ? error : new Error('The supervisor failed.', { cause: error })
  }
}

async function takeBack(
  deps: ChannelsDependencies,
  saved: Bot,
  previous: Bot | undefined,
  by: Administrator,
) {
  if (previous !== undefined) await saveBot(deps, previous, by, 'bot.restored')
  else await deps.db.transaction().execute((tx) => deps.bots.discard(tx, saved.id))
}

/** Saves a bot and records who did. */
export function saveBot(
  deps: ChannelsDependencies,
  bot: NewBot,
  by: Administrator,
  action: string,
): Promise<Bot> {
  return deps.db.transaction().execute(async (tx) => {
    const saved = await deps.bots.save(tx, bot)
    await deps.audit.record(tx, {
      actor: { kind: 'user', id: by.userId },
      workspaceId: bot.workspaceId,
      action,
      subject: { kind: 'bot', id: bot.id },
      detail: { channel: bot.channel, revision: saved.revision },
    })
    return saved
  })
}
