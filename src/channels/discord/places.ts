import { PlatformError } from '../../lib/errors.ts'
import type { DiscordApi } from './api.ts'
import { idOf, isSnowflake, listOf, numberOf, optionalId, type Fields } from './fields.ts'

/** What a channel of a server is. */
export type Place =
  | { kind: 'channel' }
  /** `isOurs`: the bot opened it, or somebody opened it on a message of the bot. */
  | { kind: 'thread'; parentId: string; isOurs: boolean }

export interface Places {
  /** Learns from a `GUILD_CREATE`, which spares a question per channel. */
  learn(guild: Fields): void
  /** Asks Discord once per channel. Throws PlatformError or NetworkError. */
  find(channelId: string): Promise<Place>
}

const maxKnown = 20_000

/**
 * Messages name the channel that they are in and not what that is. After a RESUME nobody says it again, so what is
 * not known is asked: https://docs.discord.com/developers/topics/threads
 */
export function createPlaces(api: DiscordApi, botId: string): Places {
  const known = new Map<string, Place>()
  const remember = (id: string, place: Place) => {
    const [oldest] = known.keys()
    if (known.size >= maxKnown && oldest !== undefined) known.delete(oldest)
    known.set(id, place)
    return place
  }
  return {
    learn(guild) {
      for (const { id } of listOf(guild, 'channels')) if (isSnowflake(id)) remember(id, { kind: 'channel' })
    },
    async find(channelId) {
      return known.get(channelId) ?? remember(channelId, await ask(api, botId, channelId))
    },
  }
}

async function ask(api: DiscordApi, botId: string, channelId: string): Promise<Place> {
  const channel = await unlessRefused(api.call('GET', `/channels/${channelId}`))
  const parentId =
    channel && isThread(numberOf(channel, 'type')) ? optionalId(channel, 'parent_id') : undefined
  if (channel === undefined || parentId === undefined) return { kind: 'channel' }
  const isOurs =
    optionalId(channel, 'owner_id') === botId || (await startsAtUs(api, botId, parentId, channelId))
  return { kind: 'thread', parentId, isOurs }
}

/** A thread on a message has the message's id. */
async function startsAtUs(
  api: DiscordApi,
  botId: string,
  parentId: string,
  threadId: string,
): Promise<boolean> {
  const message = await unlessRefused(api.call('GET', `/channels/${parentId}/messages/${threadId}`))
  const author = message?.['author']
  return typeof author === 'object' && author !== null && idOf(author as Fields, 'id') === botId
}

/** https://docs.discord.com/developers/resources/channel#channel-object-channel-types */
export function isThread(type: number): boolean {
  return type === 10 || type === 11 || type === 12
}

/** What the bot may not see, or what is away by now, is answered with undefined. */
async function unlessRefused(asked: Promise<Fields>): Promise<Fields | undefined> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof PlatformError && (error.kind === 'gone' || error.kind === 'invalid'))
      return undefined
    throw error
  }
}
