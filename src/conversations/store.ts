import { sql } from 'kysely'
import type { Principal } from '../identity/principal.ts'
import type { Db } from '../storage/database.ts'
import type { ChannelSource } from '../storage/tables/conversations.ts'
import type { MessagePart } from './parts.ts'

export interface Conversation {
  id: string
  workspaceId: string
  userId: string
  agent: string
  title: string
  lane: string
  source: ChannelSource | null
  createdAt: Date
  updatedAt: Date
}

export interface StoredMessage {
  id: string
  role: 'user' | 'assistant'
  author: string | null
  turnId: string | null
  /** Posted by a program, so that it answers nothing. */
  isPosted: boolean
  parts: MessagePart[]
  createdAt: Date
}

const conversationColumns = [
  'conversations.id',
  'workspace_id as workspaceId',
  'user_id as userId',
  'agent',
  'title',
  'conversations.lane',
  'source',
  'created_at as createdAt',
  'updated_at as updatedAt',
] as const

/** The conversations that chats continue, by their keys: none before the first message and after it was deleted. */
export async function conversationsOfChats(
  db: Db,
  lanes: readonly string[],
): Promise<Map<string, Conversation>> {
  const rows = await db
    .selectFrom('chats')
    .innerJoin('conversations', 'conversations.id', 'chats.conversation_id')
    .select([...conversationColumns, 'chats.lane as chat'])
    .where('chats.lane', '=', sql<string>`any(${lanes})`)
    .execute()
  return new Map(rows.map(({ chat, ...conversation }) => [chat, conversation]))
}

/** The same of one chat. */
export async function conversationOfChat(db: Db, lane: string): Promise<Conversation | undefined> {
  return (await conversationsOfChats(db, [lane])).get(lane)
}

export function findConversation(db: Db, id: string): Promise<Conversation | undefined> {
  return db.selectFrom('conversations').select(conversationColumns).where('id', '=', id).executeTakeFirst()
}

/** A user's conversations, the most recently used first; those with one agent, where their token is kept to it. */
export function listConversations(
  db: Db,
  { userId, token }: Pick<Principal, 'userId' | 'token'>,
  limit: number,
): Promise<Conversation[]> {
  const agent = token?.agent ?? null
  return db
    .selectFrom('conversations')
    .select(conversationColumns)
    .where('user_id', '=', userId)
    .$if(agent !== null, (query) => query.where('agent', '=', agent))
    .orderBy('updated_at', 'desc')
    .limit(limit)
    .execute()
}

export async function insertConversation(
  db: Db,
  conversation: Omit<Conversation, 'createdAt' | 'updatedAt'> & { botId: string | null; botKeyId?: string },
): Promise<void> {
  await db
    .insertInto('conversations')
    .values({
      id: conversation.id,
      workspace_id: conversation.workspaceId,
      user_id: conversation.userId,
      agent: conversation.agent,
      title: conversation.title,
      lane: conversation.lane,
      bot_id: conversation.botId,
      bot_key_id: conversation.botKeyId ?? null,
      source: conversation.source === null ? null : JSON.stringify(conversation.source),
    })
    .execute()
}

/** Makes a conversation the one that its chat continues. */
export async function pointChat(db: Db, lane: string, conversationId: string): Promise<void> {
  await db
    .insertInto('chats')
    .values({ lane, conversation_id: conversationId })
    .onConflict((conflict) => conflict.column('lane').doUpdateSet({ conversation_id: conversationId }))
    .execute()
}

/** Lets a chat continue nothing. */
export async function forgetChat(db: Db, lane: string): Promise<void> {
  await db.deleteFrom('chats').where('lane', '=', lane).execute()
}

export async function insertMessages(
  db: Db,
  messages: readonly {
    id: string
    conversationId: string
    turnId: string
    role: 'user' | 'assistant'
    author: string | null
    parts: readonly MessagePart[]
  }[],
): Promise<void> {
  await db
    .insertInto('messages')
    .values(
      messages.map((message) => ({
        id: message.id,
        conversation_id: message.conversationId,
        turn_id: message.turnId,
        role: message.role,
        author: message.author,
        parts: JSON.stringify(message.parts),
      })),
    )
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
}

/** The newest messages of a conversation, oldest first; those of one turn stand together. */
export async function listMessages(db: Db, conversationId: string, limit: number): Promise<StoredMessage[]> {
  const rows = await db
    .selectFrom('messages as m')
    .leftJoin('turns as t', 't.id', 'm.turn_id')
    .select(['m.id', 'm.role', 'm.author', 'm.turn_id as turnId', 'm.parts', 'm.created_at as createdAt'])
    .select(sql<boolean>`coalesce(t.kind = 'posted', false)`.as('isPosted'))
    .where('m.conversation_id', '=', conversationId)
    .orderBy('m.turn_id', 'desc')
    .orderBy('m.id', 'desc')
    .limit(limit)
    .execute()
  return rows.reverse().map((row) => ({ ...row, parts: row.parts as MessagePart[] }))
}
