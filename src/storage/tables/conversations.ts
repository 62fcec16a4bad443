import type { ColumnType, Generated } from 'kysely'
import type { Json, Time, OptionalTime, Now } from './columns.ts'

export interface ConversationsTable {
  id: string
  workspace_id: string
  user_id: string
  agent: string
  title: string
  /** The lane in which its turns run: the chat's lane for a channel conversation, else the conversation's id. */
  lane: string
  bot_id: string | null
  source: Json<ChannelSource> | null
  /** The outside bot whose chats it is told in. */
  bot_key_id: ColumnType<string | null, string | null | undefined, string | null>
  created_at: Now
  updated_at: Now
}

export interface ChannelSource {
  provider: string
  chat_id: string
  /** Left out in conversations that are older than this. */
  chat_kind?: 'private' | 'group'
  topic_id?: string
  connection_id?: string
  /** Guests of a sponsored group talk in it, and nobody else. */
  sponsorship_id?: string
}

/** Which conversation a chat (its lane), or the guests in it (`<lane>#guests`), continue; `/new` points to another. */
export interface ChatsTable {
  lane: string
  conversation_id: string
}

export interface TurnsTable {
  id: string
  conversation_id: string
  user_id: string
  agent: string
  state: 'queued' | 'running' | 'waiting' | 'succeeded' | 'failed' | 'cancelled'
  /** How often it was begun; more than 1 after a crash. */
  attempt: Generated<number>
  /** What asked for it: unique, so that a retry of the same request or message is the same turn. */
  request_key: string
  /** The fence of the lane claim that runs it. */
  fence: number | null
  error_code: string | null
  cancel_requested_at: OptionalTime
  /** `posted`: nobody asked; a program told the person something. */
  kind: ColumnType<'asked' | 'posted', 'asked' | 'posted' | undefined, 'asked' | 'posted'>
  /** SHA-256 of what was posted, so that another message under the same key is known for one. */
  request_hash: ColumnType<string | null, string | null | undefined, string | null>
  /** Who asked in a sponsored group without being anybody here; the turn counts as its sponsor's, who is `user_id`. */
  guest: ColumnType<Guest | null, string | null | undefined, string | null>
  sponsorship_id: ColumnType<string | null, string | null | undefined, string | null>
  created_at: Now
  started_at: OptionalTime
  finished_at: OptionalTime
}

/** A person of a sponsored group. The id is made from the chat identity and the same each time. */
export interface Guest {
  id: string
  name: string
}

export interface MessagesTable {
  id: string
  conversation_id: string
  turn_id: string | null
  role: 'user' | 'assistant'
  author: string | null
  parts: Json<unknown[]>
  created_at: Now
}

/**
 * One message on a platform that belongs to a turn or notice: what makes a second attempt an edit. Part -1 stands for all
 * of them, where none could be sent.
 */
export interface DeliveriesTable {
  key: string
  part: number
  bot_id: string
  turn_id: string | null
  state: 'opening' | 'open' | 'sent' | 'failed'
  /** The platform's own reference of the message: what `edit` takes. */
  platform_ref: Json<unknown> | null
  /** Why it failed: a sentence for people, a code of ours, and the platform's where it gave one. */
  error: string | null
  error_code: ColumnType<string | null, string | null | undefined, string | null>
  platform_code: ColumnType<string | null, string | null | undefined, string | null>
  /** As the platform told later, where it does. */
  delivered_at: OptionalTime
  read_at: OptionalTime
  created_at: Now
  updated_at: Now
}

/** Files that people and agents sent; the bytes lie under `<user_id>/<id>` in the configured store. */
export interface AttachmentsTable {
  id: string
  user_id: string
  workspace_id: string
  /** Without one for a day, the file is deleted. */
  conversation_id: string | null
  /** What it is a copy of, so that it is not fetched twice. */
  source_key: string | null
  name: string
  media_type: string
  size: number
  created_at: Now
  /** Null until the file is whole. */
  kept_at: OptionalTime
}

/** What an agent's backend remembers of a conversation. */
export interface AgentMemoryTable {
  conversation_id: string
  agent: string
  value: Json<unknown>
  updated_at: Now
}

/** A group in which guests are answered at a user's expense. At most one is live per bot and group. */
export interface SponsorshipsTable {
  id: string
  workspace_id: string
  bot_id: string
  chat_id: string
  chat_name: string | null
  sponsor_id: string
  guest_turns_per_hour: number
  turns_per_day: number
  created_at: Time
  ended_at: OptionalTime
  ended_by: string | null
}

/** Turns of guests: of one guest by the hour, of all (`guest` is empty) by the day. */
export interface SponsorshipUsageTable {
  sponsorship_id: string
  guest: string
  period: Time
  turns: number
}
