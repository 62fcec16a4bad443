import type { ChatAddress, InboundMessage } from '../channel.ts'

/** What is known beside the event itself, at the time of decoding. */
export interface Knowledge {
  /** The bot's own user in a workspace. */
  botUserOf(teamId: string): string | undefined
  /** Undefined while unknown. */
  personOf(teamId: string, userId: string): Person | undefined
  /** Whether the bot takes part in a thread. */
  takesPart(chatId: string, thread: string): boolean
}

export interface Person {
  name: string
  username?: string
  isBot: boolean
}

export type Decoded =
  /** `thread`: the bot takes part in it from now on. */
  | { kind: 'message'; message: InboundMessage; thread?: { chatId: string; stamp: string } }
  | { kind: 'malformed'; reason: string }
  /** Understood, and none of our business: bots, deletions, unfurled links, kinds to come. */
  | { kind: 'passed_over' }

/** Direct messages have ids that begin with D; those of several people are groups. */
export function isDirect(chatId: string, channelType: unknown): boolean {
  return channelType === 'im' || (channelType === undefined && chatId.startsWith('D'))
}

export function addressOf(chatId: string, kind: ChatAddress['kind'], thread?: string): ChatAddress {
  return { chatId, kind, ...(thread === undefined ? {} : { topicId: thread }) }
}

export function senderOf(tenantId: string, id: string, person: Person | undefined): InboundMessage['sender'] {
  const username = person?.username
  return { tenantId, id, name: person?.name ?? id, ...(username === undefined ? {} : { username }) }
}
