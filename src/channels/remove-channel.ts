import type { Bot } from './bots.ts'
import type { ChannelDefinition } from './channel.ts'
import { channelErrors } from './channel-errors.ts'
import { findEnabled } from './channel-state.ts'
import type { Administrator, ChannelsDependencies } from './channels.ts'
import { exclusively } from './exclusively.ts'

const settleTimeoutMs = 15_000

/**
 * See `Channels.remove`. First the bot stops, so that no message is accepted for people who are no longer linked;
 * then their connections end and the bot goes in one transaction.
 */
export async function removeChannel(
  deps: ChannelsDependencies,
  name: string,
  by: Administrator,
): Promise<void> {
  const definition = findEnabled(deps, name)
  await exclusively(deps.connect, `portico channel ${name}`, async () => {
    const [bot] = await deps.bots.list(deps.db, { channel: name })
    await withdrawBot(deps, definition, bot, by, { withConnections: true })
  })
}

/** The caller has the channel for itself. Throws `channel_stop_failed`. */
export async function withdrawBot(
  deps: ChannelsDependencies,
  { name, displayName }: ChannelDefinition,
  bot: Bot | undefined,
  by: Administrator,
  { withConnections }: { withConnections: boolean },
): Promise<void> {
  try {
    if (bot?.enabled === true && !(await stop(deps, bot)))
      throw channelErrors.channel_stop_failed({ detail: `Failed to stop ${displayName} channel. Try again.` })
    await withdraw(deps, name, bot, by, withConnections)
  } catch (error) {
    if (bot?.enabled === true) await deps.db.transaction().execute((tx) => deps.bots.save(tx, bot))
    throw error
  }
  await deps.giveUpDeliveries()
}

async function stop(deps: ChannelsDependencies, bot: Bot): Promise<boolean> {
  const disabled = await deps.db.transaction().execute((tx) => deps.bots.save(tx, { ...bot, enabled: false }))
  const settled = await deps.supervisor.settled(
    bot.id,
    disabled.revision,
    deps.settleTimeoutMs ?? settleTimeoutMs,
  )
  return settled?.state === 'stopped'
}

function withdraw(
  deps: ChannelsDependencies,
  channel: string,
  bot: Bot | undefined,
  by: Administrator,
  withConnections: boolean,
) {
  return deps.db.transaction().execute(async (tx) => {
    if (withConnections) await deps.revokeConnections(tx, channel, by)
    if (bot === undefined) return
    await deps.bots.remove(tx, bot.id)
    await deps.audit.record(tx, {
      actor: { kind: 'user', id: by.userId },
      workspaceId: bot.workspaceId,
      action: 'bot.removed',
      subject: { kind: 'bot', id: bot.id },
      detail: { channel },
    })
  })
}
