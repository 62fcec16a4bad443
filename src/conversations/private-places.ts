import { sql } from 'kysely'
import type { ChatAddress } from '../channels/channel.ts'
import type { Delivery } from '../delivery/delivery.ts'
import type { Linking } from '../linking/linking.ts'
import type { Db, Tx } from '../storage/database.ts'
import type { ChannelSource } from '../storage/tables/conversations.ts'

/** Where a person can be told what is for them alone. */
export interface PrivatePlaces {
  chats: readonly { botId: string; to: ChatAddress }[]
  /** As whom they asked in a chat, where they did. */
  connectionId: string | null
}

export interface PlaceDependencies {
  db: Db
  linking: Pick<Linking, 'privateChatsOf'>
}

interface AskedIn {
  botId: string
  source: ChannelSource
  /** The asker's, which still stands; in a group the conversation may have begun with another member. */
  connectionId: string | null
}

/** The chat in which a turn was asked, if it is private; else all private chats that are connected to the user. */
export async function privatePlaces(
  deps: PlaceDependencies,
  userId: string,
  turnId: string | null,
): Promise<PrivatePlaces> {
  const asked = turnId === null ? undefined : await findChat(deps.db, turnId, userId)
  if (asked === undefined)
    return { chats: await deps.linking.privateChatsOf(deps.db, userId), connectionId: null }
  const { botId, source, connectionId } = asked
  const { chat_id: chatId, chat_kind: kind, topic_id: topicId } = source
  // Where signing in is switched off, chats belong to the local user without a connection.
  const isTheirs = source.connection_id === undefined || source.connection_id === connectionId
  if (kind !== 'private' || !isTheirs)
    return { chats: await deps.linking.privateChatsOf(deps.db, userId), connectionId }
  return { chats: [{ botId, to: { chatId, kind, ...(topicId !== undefined && { topicId }) } }], connectionId }
}

async function findChat(db: Db, turnId: string, userId: string): Promise<AskedIn | undefined> {
  const { rows } = await sql<AskedIn>`
    select b.id as "botId", c.source, k.id as "connectionId"
    from turns t
    join conversations c on c.id = t.conversation_id
    join bots b on b.id = c.bot_id and b.removed_at is null
    left join lateral (
      select id from connections
      where user_id = t.user_id and status = 'connected'
        and (id = c.source ->> 'connection_id' or channel = c.source ->> 'provider')
      order by id = c.source ->> 'connection_id' desc nulls last limit 1
    ) k on true
    where t.id = ${turnId} and t.user_id = ${userId} and t.guest is null`.execute(db)
  return rows[0]
}

/** Tells it in all of these chats, before what is being answered there; once under a key. */
export async function tellIn(
  delivery: Pick<Delivery, 'post'>,
  tx: Tx,
  chats: PrivatePlaces['chats'],
  notice: Pick<Parameters<Delivery['post']>[1], 'text' | 'key' | 'buttons'>,
): Promise<void> {
  for (const { botId, to } of chats)
    await delivery.post(tx, { ...notice, botId, to, key: `${notice.key}/${to.chatId}`, urgent: true })
}
