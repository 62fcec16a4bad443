import type { ColumnType, Generated, GeneratedAlways } from 'kysely'
import type { Json, Time, OptionalTime, Now } from './columns.ts'

export interface BotsTable {
  id: string
  workspace_id: string
  channel: string
  name: string
  agent: string
  enabled: Generated<boolean>
  /** Plain settings: text credentials such as a bot's user name, api_root, group rules. */
  settings: Json<Record<string, unknown>>
  /** Whom the bot listens to; what is left out is as usual. */
  rules: ColumnType<Record<string, unknown>, string | undefined, string>
  /** The secret credentials as one sealed JSON object, bound to this row; null = none. */
  secrets: string | null
  /** `file`: from portico.yaml; `runtime`: entered in the console or over the API, and wins over the file. */
  source: 'file' | 'runtime'
  /** Tombstone: removed at runtime; the file does not bring it back. */
  removed_at: OptionalTime
  /** Counts changes to settings or secrets, so that a connector knows that it runs an old one. */
  revision: Generated<number>
  /** Where receiving goes on: written in the transaction that accepts the messages. */
  cursor: Json<unknown> | null
  created_at: Now
  updated_at: Now
}

/** What the replica that holds a bot's lease last said about it. */
export interface BotStatesTable {
  bot_id: string
  state: string
  detail: string | null
  /** The revision of the bot that it speaks of. */
  revision: number
  replica: string | null
  last_transport_at: OptionalTime
  last_inbound_at: OptionalTime
  updated_at: Now
}

/** What a channel remembers of its chats. */
export interface BotMemoryTable {
  bot_id: string
  key: string
  value: unknown
  updated_at: Now
}

/** What proves who began an installation by OAuth: the state comes back in the address, the browser by its cookie. */
export interface InstallationsTable {
  state_hash: string
  browser_hash: string
  bot_id: string
  user_id: string
  workspace_id: string
  expires_at: Time
  used_at: OptionalTime
  created_at: Now
}

/** The playground's own platform: what a simulated chat app shows to its one person. */
export interface PlaygroundMessagesTable {
  id: GeneratedAlways<number>
  bot_id: string
  person_id: string
  sender: 'person' | 'bot'
  text: string
  /** The sender's key: sending again under it is the same message. */
  idempotency_key: string
  sent_at: Now
  edited_at: OptionalTime
}
