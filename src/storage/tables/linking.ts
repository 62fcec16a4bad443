import type { ColumnType, Generated } from 'kysely'
import type { Json, Time, OptionalTime, Now } from './columns.ts'

/** What an outside bot service signs in with; its secrets are rows of their own, so that two count for a while. */
export interface BotKeysTable {
  id: string
  workspace_id: string
  /** What people who connect are told: the bot's name. */
  name: string
  /** The agent that its people talk to. */
  agent: string
  /** The channels whose identities it may speak for; empty: all. */
  channels: string[]
  created_by: string | null
  created_at: Now
  last_used_at: OptionalTime
  revoked_at: OptionalTime
}

export interface BotKeySecretsTable {
  hash: string
  bot_key_id: string
  last_four: string
  created_at: Now
  /** Null: until the key is rotated or revoked. */
  expires_at: OptionalTime
}

export interface ConnectCodesTable {
  hash: string
  user_id: string
  workspace_id: string
  channel: string
  bot_id: string | null
  expires_at: Time
  used_at: OptionalTime
  created_at: Now
  /** The account on the platform from which alone the code counts, where it is typed in public. */
  username: ColumnType<string | null, string | null | undefined, string | null>
}

/**
 * Made in a chat, confirmed by a signed-in user. Of an identity's tokens at most one is live: neither used nor
 * superseded. Exactly one of `bot_key_id` and `bot_id` says whose chat it is.
 */
export interface LinkTokensTable {
  hash: string
  workspace_id: string
  bot_key_id: string | null
  bot_id: string | null
  bot_name: string
  channel: string
  tenant_id: string
  external_id: string
  external_name: string | null
  username: string | null
  /** Where the bot can tell the person how it went: a ChatAddress of a bot of ours; else what the bot service named. */
  chat: Json<unknown> | null
  created_at: Time
  expires_at: Time
  superseded_at: OptionalTime
  used_at: OptionalTime
  connection_id: string | null
}

/**
 * A connection that one side has agreed to and the other has yet to: `made_in` the app by a code, whose chat shows the
 * number that is typed in the app; or made in the chat by a link, whose page shows the number that is sent in the chat.
 */
export interface LinkApprovalsTable {
  id: string
  made_in: 'app' | 'chat'
  /** Of the code or token that it came from. */
  proof_hash: string
  user_id: string
  workspace_id: string
  bot_key_id: string | null
  bot_id: string | null
  channel: string
  tenant_id: string
  external_id: string
  external_name: string | null
  username: string | null
  chat: Json<unknown> | null
  number: string
  wrong_tries: Generated<number>
  created_at: Time
  expires_at: Time
  ended_at: OptionalTime
  outcome: 'linked' | 'wrong_number' | 'cancelled' | 'replaced' | null
}

/** A chat identity (channel, tenant, external id) bound to a user. At most one is `connected` per identity. */
export interface ConnectionsTable {
  id: string
  workspace_id: string
  user_id: string
  channel: string
  bot_id: string | null
  tenant_id: string
  tenant_name: string | null
  external_id: string
  external_name: string | null
  status: 'connected' | 'revoked'
  scopes: Json<string[]>
  metadata: Json<Record<string, unknown>>
  created_at: Now
  updated_at: Now
  revoked_at: OptionalTime
  /** The outside bot in whose chat it was made; null for bots of ours. */
  bot_key_id: ColumnType<string | null, string | null | undefined, string | null>
}

/** When a stranger was last told how to connect; one notice per identity and hour. */
export interface UnboundNoticesTable {
  bot_id: string
  identity: string
  noticed_at: Time
}
