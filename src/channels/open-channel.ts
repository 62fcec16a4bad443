import type { Db } from '../storage/database.ts'
import { createBotMemory } from './bot-memory.ts'
import type { Bot } from './bots.ts'
import type { Channel, ChannelDefinition, ChannelDependencies } from './channel.ts'

/** A bot's channel with its memory, not connected. Throws PlatformError for settings that cannot work. */
export function openChannel(
  { db, dependencies }: { db: Db; dependencies: ChannelDependencies },
  definition: ChannelDefinition,
  { id, settings }: Pick<Bot, 'id' | 'settings'>,
): Channel {
  return definition.create({ id, settings, memory: createBotMemory(db, id) }, dependencies)
}
