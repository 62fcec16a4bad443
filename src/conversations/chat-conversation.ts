import type { BotIdentity } from '../channels/bots.ts'
import type { InboundMessage } from '../channels/channel.ts'
import type { NewId } from '../lib/ids.ts'
import type { Tx } from '../storage/database.ts'
import { laneOf } from './accept.ts'
import type { Asker } from './owner.ts'
import { forgetChat, insertConversation, pointChat, type Conversation } from './store.ts'

/** Whose message it is that needs a conversation. */
export interface ConversationStart {
  bot: BotIdentity
  owner: Asker
  inbound: Pick<InboundMessage, 'chat'>
}

/** The conversation that the message's chat continues, which is the current one or a new one. */
export async function conversationFor(
  deps: { newId: NewId },
  tx: Tx,
  start: ConversationStart,
  current: Conversation | undefined,
): Promise<Conversation> {
  if (current !== undefined && continues(current, start)) return current
  return startConversation(deps, tx, start)
}

/**
 * A private chat that was transferred to another user starts afresh, and so do guests under another sponsorship:
 * history stays with who owned it.
 */
function continues(current: Conversation, { owner, inbound }: ConversationStart): boolean {
  if (owner.guest !== undefined) return current.source?.sponsorship_id === owner.sponsorshipId
  return inbound.chat.kind === 'group' || current.userId === owner.user.id
}

/**
 * By what the conversation of a message is found. Guests of a group have one of their own beside the members': what
 * is done there with somebody's account never reaches guests, and no word of a guest a turn with somebody's account.
 */
export function chatKeyOf({ bot, owner, inbound }: ConversationStart): string {
  const lane = laneOf(bot.id, inbound.chat)
  return owner.guest === undefined ? lane : guestChatOf(lane)
}

function guestChatOf(lane: string): string {
  return `${lane}#guests`
}

/** Lets the guests of a group begin a new conversation, with the next one who speaks. */
export async function startGuestsAfresh(
  tx: Tx,
  { bot, inbound }: Pick<ConversationStart, 'bot' | 'inbound'>,
): Promise<void> {
  if (inbound.chat.kind === 'group') await forgetChat(tx, guestChatOf(laneOf(bot.id, inbound.chat)))
}

/** Makes a new conversation, to be named after its first message, and lets the chat continue it. */
export async function startConversation(
  deps: { newId: NewId },
  tx: Tx,
  start: ConversationStart,
): Promise<Conversation> {
  const { bot, owner, inbound } = start
  const now = new Date()
  const conversation: Conversation = {
    id: deps.newId('cnv'),
    workspaceId: owner.workspaceId,
    userId: owner.user.id,
    agent: bot.agent,
    title: '',
    lane: laneOf(bot.id, inbound.chat),
    source: {
      provider: bot.channel,
      chat_id: inbound.chat.chatId,
      chat_kind: inbound.chat.kind,
      ...(inbound.chat.topicId === undefined ? {} : { topic_id: inbound.chat.topicId }),
      ...(owner.connectionId === null ? {} : { connection_id: owner.connectionId }),
      ...(owner.guest === undefined ? {} : { sponsorship_id: owner.sponsorshipId }),
    },
    createdAt: now,
    updatedAt: now,
  }
  await insertConversation(tx, { ...conversation, botId: bot.id })
  await pointChat(tx, chatKeyOf(start), conversation.id)
  return conversation
}
