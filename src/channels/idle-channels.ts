import type { Db } from '../storage/database.ts'
import type { Bots } from './bots.ts'
import type { Channel, ChannelDefinition, ChannelDependencies } from './channel.ts'
import { openChannel } from './open-channel.ts'

export interface IdleChannel {
  channel: Channel
  definition: ChannelDefinition
}

/**
 * Opens a bot's channel on this replica without connecting, to ask its platform for something; undefined where the
 * bot does not run.
 */
export function createIdleChannels(deps: {
  db: Db
  bots: Pick<Bots, 'find'>
  catalogue: readonly ChannelDefinition[]
  dependencies: ChannelDependencies
}): (botId: string) => Promise<IdleChannel | undefined> {
  return async (botId) => {
    const bot = await deps.bots.find(deps.db, botId)
    const definition = deps.catalogue.find(({ name }) => name === bot?.channel)
    if (bot?.enabled !== true || definition === undefined) return undefined
    return { channel: openChannel(deps, definition, bot), definition }
  }
}
