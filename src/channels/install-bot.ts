import { sql } from 'kysely'
import { PlatformError } from '../lib/errors.ts'
import { hashOf } from '../lib/hash-of.ts'
import type { Bot } from './bots.ts'
import type { BotSettings, ChannelDefinition } from './channel.ts'
import { channelErrors } from './channel-errors.ts'
import { findEnabled, requireBot, settingsOf } from './channel-state.ts'
import type { Administrator, ChannelsDependencies } from './channels.ts'
import { exclusively } from './exclusively.ts'

/** What the browser goes on with. Only hashes of `state` and `browser` are kept. */
export interface BegunInstallation {
  url: string
  /** Comes back in the address. */
  state: string
  /** Comes back as a cookie, so that nobody finishes what another browser began (RFC 6749, 10.12). */
  browser: string
  expiresAt: Date
  /** The whole of its life. */
  lifetimeSeconds: number
}

/** What the platform sent the browser back with, each as it came. */
export interface ReturnedInstallation {
  state: unknown
  browser: unknown
  code: unknown
  error: unknown
}

const secretBytes = 32
const secretShape = /^[\w-]{43}$/
const maxCodeLength = 2_000
const lifetimeMs = 600_000

type Definition = ChannelDefinition & Required<Pick<ChannelDefinition, 'install'>>

/** See `BotAdministration.install`. */
export async function beginInstallation(
  deps: ChannelsDependencies,
  id: string,
  by: Administrator,
  redirectUrl: string,
): Promise<BegunInstallation> {
  const bot = await requireBot(deps, id, by)
  const definition = findInstallable(deps, bot)
  const [state, browser] = [secretOf(deps), secretOf(deps)]
  const url = urlOf(deps, definition, bot, { state, redirectUrl })
  const now = deps.platform.now()
  const expiresAt = new Date(now + lifetimeMs)
  await deps.db.deleteFrom('installations').where('expires_at', '<=', new Date(now)).execute()
  await deps.db
    .insertInto('installations')
    .values({
      state_hash: hashOf(state),
      browser_hash: hashOf(browser),
      bot_id: bot.id,
      user_id: by.userId,
      workspace_id: by.workspaceId,
      expires_at: expiresAt,
      created_at: new Date(now),
    })
    .execute()
  return { url, state, browser, expiresAt, lifetimeSeconds: lifetimeMs / 1000 }
}

/** See `BotAdministration.finishInstall`. The state is used up whatever comes after it. */
export async function finishInstallation(
  deps: ChannelsDependencies,
  { state, browser, code, error }: ReturnedInstallation,
  redirectUrl: string,
): Promise<string> {
  const claimed = await claim(deps, state, browser)
  if (claimed === undefined) throw channelErrors.install_link_invalid()
  const { botId, ...by } = claimed
  if (error === 'access_denied') throw channelErrors.install_denied()
  if (error !== undefined || typeof code !== 'string' || code === '' || code.length > maxCodeLength)
    throw channelErrors.install_refused()
  const { channel } = await requireBot(deps, botId, by)
  await exclusively(deps.connect, `portico channel ${channel}`, async () => {
    // Read under the lock: what another installation has stored meanwhile must not be lost.
    const bot = await requireBot(deps, botId, by)
    const definition = findInstallable(deps, bot)
    await saveInstalled(
      deps,
      definition,
      bot,
      by,
      await exchange(deps, definition, bot, { code, redirectUrl }),
    )
  })
  return channel
}

/** A damaged bot's secrets would be lost by saving it. */
function findInstallable(deps: ChannelsDependencies, bot: Bot): Definition {
  const definition = findEnabled(deps, bot.channel)
  if (!hasInstall(definition)) throw channelErrors.channel_install_absent()
  if (bot.damaged === true) throw channelErrors.channel_install_unprepared()
  return definition
}

function hasInstall(definition: ChannelDefinition): definition is Definition {
  return definition.install !== undefined
}

function urlOf(
  deps: ChannelsDependencies,
  { displayName, install }: Definition,
  bot: Bot,
  request: { state: string; redirectUrl: string },
): string {
  try {
    return install.url(settingsOf(deps, bot.channel, bot), request)
  } catch (cause) {
    if (!(cause instanceof PlatformError)) throw cause
    const detail = `Enter what ${displayName} needs for further workspaces first: ${cause.message}`
    throw channelErrors.channel_install_unprepared({ detail })
  }
}

/** The single use: one conditional update. Who began it must still be an administrator. */
async function claim(
  { db, platform }: ChannelsDependencies,
  state: unknown,
  browser: unknown,
): Promise<(Administrator & { botId: string }) | undefined> {
  if (!isSecret(state) || !isSecret(browser)) return undefined
  const now = new Date(platform.now())
  const { rows } = await sql<Administrator & { botId: string }>`
    update installations i set used_at = ${now}
    from users u join workspace_members m on m.user_id = u.id
    where i.state_hash = ${hashOf(state)} and i.browser_hash = ${hashOf(browser)}
      and i.used_at is null and i.expires_at > ${now}
      and u.id = i.user_id and m.workspace_id = i.workspace_id
      and 'admin' = any(string_to_array(u.role, ','))
      and (u.banned is not true or u.ban_expires <= ${now})
    returning i.bot_id as "botId", i.user_id as "userId", i.workspace_id as "workspaceId"`.execute(db)
  return rows[0]
}

/** The bot's settings with what the platform gave. */
async function exchange(
  deps: ChannelsDependencies,
  { install }: Definition,
  bot: Bot,
  request: { code: string; redirectUrl: string },
): Promise<BotSettings> {
  const effective = settingsOf(deps, bot.channel, bot)
  try {
    const completed = await install.complete(effective, request, deps.platform)
    const changed = Object.entries(completed).filter(([name, value]) => value !== effective[name])
    return { ...bot.settings, ...Object.fromEntries(changed) }
  } catch (error) {
    throw channelErrors.install_refused({ cause: new Error(reasonOf(error)) })
  }
}

/** For the log: no more of the error, since what was exchanged may stand in it. */
function reasonOf(error: unknown): string {
  if (error instanceof PlatformError) return `${error.platform} refused: ${error.kind}, ${error.code}`
  return error instanceof Error ? error.name : 'unknown'
}

async function saveInstalled(
  deps: ChannelsDependencies,
  { install }: Definition,
  bot: Bot,
  by: Administrator,
  settings: BotSettings,
): Promise<void> {
  await deps.db.transaction().execute(async (tx) => {
    const { revision } = await deps.bots.save(tx, { ...bot, settings, source: 'runtime' })
    await deps.audit.record(tx, {
      actor: { kind: 'user', id: by.userId },
      workspaceId: bot.workspaceId,
      action: 'bot.installed',
      subject: { kind: 'bot', id: bot.id },
      detail: { channel: bot.channel, revision, team: install.workspaces(settings).at(-1) ?? null },
    })
  })
}

function secretOf({ random }: ChannelsDependencies): string {
  return Buffer.from(random(secretBytes)).toString('base64url')
}

function isSecret(value: unknown): value is string {
  return typeof value === 'string' && secretShape.test(value)
}
