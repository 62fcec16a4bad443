import type { ChannelMemory } from '../channel.ts'
import { fieldsOf } from '../../lib/json.ts'
import { numberOf, textOf } from '../lenient-shape.ts'

/** What is needed to write into a conversation without being asked. */
export interface Reference {
  serviceUrl: string
  /** The bot as this conversation knows it. */
  botId?: string
  /** When the bot was added last, in milliseconds since the epoch. */
  joinedAt?: number
}

export function referenceKeyOf(chatId: string): string {
  return `conversation ${chatId}`
}

export async function readReference(
  memory: Pick<ChannelMemory, 'read'>,
  chatId: string,
): Promise<Reference | undefined> {
  const stored = fieldsOf(await memory.read(referenceKeyOf(chatId)))
  const serviceUrl = textOf(stored['service_url'])
  if (serviceUrl === undefined) return undefined
  const botId = textOf(stored['bot_id'])
  const joinedAt = numberOf(stored['joined_at'])
  return {
    serviceUrl,
    ...(botId !== undefined && { botId }),
    ...(joinedAt !== undefined && { joinedAt }),
  }
}

export function storedReferenceOf({ serviceUrl, botId, joinedAt }: Reference): unknown {
  return { service_url: serviceUrl, bot_id: botId, joined_at: joinedAt }
}
