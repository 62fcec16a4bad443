import { sql } from 'kysely'
import type { ChatAddress } from '../channels/channel.ts'
import type { NewId } from '../lib/ids.ts'
import type { Tx } from '../storage/database.ts'
import { laneOf } from './accept.ts'
import { conversationFor } from './chat-conversation.ts'
import { conversationErrors } from './errors.ts'
import { conversationOfChat, type Conversation } from './store.ts'

interface LatestChatRow {
  botId: string
  channel: string
  agent: string
  chatId: string
  topicId: string | null
  connectionId: string | null
  workspaceId: string
  userName: string
}

/**
 * The conversation that a user's latest private chat continues, begun where there is none: the chat of a running bot
 * that was used last, else the one that was connected last. Groups are never chosen, nor chats that were disconnected.
 * The user stays locked until the transaction ends, so that two posts do not begin two conversations. Throws
 * `user_has_no_channel`. `workspaceId`: only bots of that workspace count.
 */
export async function conversationOfLatestChat(
  deps: { newId: NewId },
  tx: Tx,
  userId: string,
  workspaceId: string | undefined,
): Promise<Conversation> {
  await sql`select from users where id = ${userId} for no key update`.execute(tx)
  const row = await findLatestChat(tx, userId, workspaceId)
  if (row === undefined) throw conversationErrors.user_has_no_channel()
  const { chatId, topicId, connectionId } = row
  const chat: ChatAddress = { chatId, kind: 'private', ...(topicId === null ? {} : { topicId }) }
  const bot = { id: row.botId, channel: row.channel, agent: row.agent }
  const user = { id: userId, name: row.userName, email: null }
  const owner = { user, workspaceId: row.workspaceId, connectionId }
  const current = await conversationOfChat(tx, laneOf(bot.id, chat))
  return conversationFor(deps, tx, { bot, owner, inbound: { chat } }, current)
}

async function findLatestChat(
  tx: Tx,
  userId: string,
  workspaceId: string | undefined,
): Promise<LatestChatRow | undefined> {
  const { rows } = await sql<LatestChatRow>`
    select b.id as "botId", b.channel, b.agent, chat.chat_id as "chatId", chat.topic_id as "topicId",
      chat.connection_id as "connectionId", chat.workspace_id as "workspaceId", u.name as "userName"
    from (
      select 1 as used, c.updated_at as at, c.bot_id, c.workspace_id, c.source ->> 'chat_id' as chat_id,
        c.source ->> 'topic_id' as topic_id, k.id as connection_id
      from conversations c left join connections k on k.id = c.source ->> 'connection_id'
      where c.user_id = ${userId} and c.source ->> 'chat_kind' = 'private'
        and (c.source ->> 'connection_id' is null or (k.status = 'connected' and k.user_id = c.user_id))
      union all
      select 0, k.updated_at, k.bot_id, k.workspace_id, k.metadata ->> 'chat_id', null, k.id
      from connections k
      where k.user_id = ${userId} and k.status = 'connected' and k.metadata ->> 'chat_type' = 'private'
    ) chat
    join bots b on b.id = chat.bot_id and b.removed_at is null and b.enabled
    join users u on u.id = ${userId}
    where ${workspaceId ?? null}::text is null or b.workspace_id = ${workspaceId ?? null}
    order by chat.used desc, chat.at desc limit 1`.execute(tx)
  return rows[0]
}
