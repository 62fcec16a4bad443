import type { BotIdentity } from '../channels/bots.ts'
import type { InboundMessage } from '../channels/channel.ts'
import type { NewId } from '../lib/ids.ts'
import type { Tx } from '../storage/database.ts'
import { laneOf } from './accept.ts'
import type { Owner } from './owner.ts'
import { insertConversation, pointChat, type Conversation } from './store.ts'

/** Whose message it is that needs a conversation. */
export interface ConversationStart {
  bot: BotIdentity
  owner: Owner
  inbound: InboundMessage
}

/** The conversation that the message's chat continues, which is the current one or a new one. */
export async function conversationFor(
  deps: { newId: NewId },
  tx: Tx,
  start: ConversationStart,
  current: Conversation | undefined,
): Promise<Conversation> {
  const { owner, inbound } = start
  // A private chat that was transferred to another user starts afresh: history stays with who owned it.
  const isTheirs =
    current !== undefined && (inbound.chat.kind === 'group' || current.userId === owner.user.id)
  if (isTheirs) return current
  return startConversation(deps, tx, start)
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
      ...(inbound.chat.topicId === undefined ? {} : { topic_id: inbound.chat.topicId }),
      ...(owner.connectionId === null ? {} : { connection_id: owner.connectionId }),
    },
    createdAt: now,
    updatedAt: now,
  }
  await insertConversation(tx, { ...conversation, botId: bot.id })
  await pointChat(tx, conversation.lane, conversation.id)
  return conversation
}
