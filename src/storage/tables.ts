import type { ColumnType, Generated, GeneratedAlways } from 'kysely'

/**
 * The data model on one page. Names are those of the database. Times are timestamptz and come as Date.
 * `Json<T>` columns are jsonb: read as T, written as a JSON string.
 */
export type Json<T> = ColumnType<T, string, string>
type Time = ColumnType<Date, Date | string, Date | string>
type OptionalTime = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>
type Now = ColumnType<Date, Date | string | undefined, Date | string>

export interface Tables {
  users: UsersTable
  sessions: SessionsTable
  accounts: AccountsTable
  verifications: VerificationsTable
  workspaces: WorkspacesTable
  workspace_members: WorkspaceMembersTable
  invitations: InvitationsTable
  lanes: LanesTable
  lane_messages: LaneMessagesTable
  leases: LeasesTable
  streams: StreamsTable
  stream_events: StreamEventsTable
  vault_keys: VaultKeysTable
  audit_entries: AuditEntriesTable
  bots: BotsTable
  bot_states: BotStatesTable
  bot_memory: BotMemoryTable
  installations: InstallationsTable
  bot_keys: BotKeysTable
  bot_key_secrets: BotKeySecretsTable
  connect_codes: ConnectCodesTable
  link_tokens: LinkTokensTable
  link_approvals: LinkApprovalsTable
  connections: ConnectionsTable
  unbound_notices: UnboundNoticesTable
  conversations: ConversationsTable
  chats: ChatsTable
  turns: TurnsTable
  messages: MessagesTable
  deliveries: DeliveriesTable
  attachments: AttachmentsTable
  agent_memory: AgentMemoryTable
  sponsorships: SponsorshipsTable
  sponsorship_usage: SponsorshipUsageTable
  webhook_endpoints: WebhookEndpointsTable
  webhook_messages: WebhookMessagesTable
  webhook_attempts: WebhookAttemptsTable
  playground_messages: PlaygroundMessagesTable
}

// --- identity ---------------------------------------------------------------------------------------------

export interface UsersTable {
  id: string
  name: string
  email: string
  email_verified: boolean
  image: string | null
  role: string
  banned: boolean | null
  ban_reason: string | null
  ban_expires: OptionalTime
  created_at: Now
  updated_at: Now
}

export interface SessionsTable {
  id: string
  user_id: string
  token: string
  expires_at: Time
  ip_address: string | null
  user_agent: string | null
  impersonated_by: string | null
  created_at: Now
  updated_at: Now
}

/** How a user proves who they are: a password (provider_id `credential`) or an outside issuer's subject. */
export interface AccountsTable {
  id: string
  user_id: string
  provider_id: string
  account_id: string
  password: string | null
  access_token: string | null
  refresh_token: string | null
  id_token: string | null
  access_token_expires_at: OptionalTime
  refresh_token_expires_at: OptionalTime
  scope: string | null
  created_at: Now
  updated_at: Now
}

export interface VerificationsTable {
  id: string
  identifier: string
  value: string
  expires_at: Time
  created_at: Now
  updated_at: Now
}

export interface WorkspacesTable {
  id: string
  name: string
  disabled_at: OptionalTime
  created_at: Now
}

export interface WorkspaceMembersTable {
  workspace_id: string
  user_id: string
  role: 'admin' | 'member'
  created_at: Now
}

export interface InvitationsTable {
  id: string
  workspace_id: string
  email: string
  role: 'admin' | 'member'
  token_hash: string
  invited_by: string
  expires_at: Time
  accepted_at: OptionalTime
  created_at: Now
}

// --- coordination -----------------------------------------------------------------------------------------
// Fences come from the sequence `fences`: a newer holder of anything has a larger one, also after its row was
// deleted in between.

/** One row per lane that has or had work. */
export interface LanesTable {
  queue: string
  lane: string
  pending: number
  /** From when on any worker may claim it: at once, after a backoff, or when the owner's lease runs out. */
  run_at: Time
  /** The replica that holds it; null = free. */
  owner: string | null
  /** A new number with every claim, so that a worker that was overtaken is refused. */
  fence: Generated<number>
}

export interface LaneMessagesTable {
  id: GeneratedAlways<number>
  queue: string
  lane: string
  /** Unique within the queue while the row exists: a second enqueue of the same key is a no-op. */
  dedupe_key: string | null
  /** json, not jsonb, which would refuse text that platforms do send (the character U+0000, lone surrogates). */
  payload: Json<unknown>
  /** Tries that failed. */
  attempts: Generated<number>
  /** Tries in which the process died. */
  deaths: Generated<number>
  state: ColumnType<
    'pending' | 'done' | 'dead',
    'pending' | 'done' | 'dead' | undefined,
    'pending' | 'done' | 'dead'
  >
  /** How a finished message ended: `handled`, `merged`, `refused`, or the caller's own word. */
  outcome: string | null
  error: string | null
  created_at: Now
  finished_at: OptionalTime
}

export interface LeasesTable {
  name: string
  owner: string
  fence: number
  expires_at: Time
}

/** The right to write a stream: only the producer with this fence may add events. */
export interface StreamsTable {
  stream: string
  fence: number
  opened_at: Now
}

export interface StreamEventsTable {
  stream: string
  seq: number
  /** JSON text of one event; kept as text so that what is read is what was written. */
  data: string
  created_at: Now
}

// --- vault and audit --------------------------------------------------------------------------------------

export interface VaultKeysTable {
  id: string
  /** A known text sealed with this key: a wrong master key fails here, before anything else is read. */
  check_value: string
  created_at: Now
  retired_at: OptionalTime
}

export interface AuditEntriesTable {
  seq: number
  id: string
  at: Time
  workspace_id: string | null
  actor_kind: string
  actor_id: string | null
  action: string
  subject_kind: string
  subject_id: string | null
  detail: Json<Record<string, unknown>>
  previous_hash: string
  hash: string
}

// --- channels ---------------------------------------------------------------------------------------------

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

// --- bots that others run ---------------------------------------------------------------------------------

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

// --- linking ----------------------------------------------------------------------------------------------

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

// --- conversations ----------------------------------------------------------------------------------------

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
  topic_id?: string
  connection_id?: string
}

/** Which conversation a chat (lane) currently continues; `/new` points it to another one. */
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

/** One message on a platform that belongs to a turn or notice: what makes a second attempt an edit. */
export interface DeliveriesTable {
  key: string
  part: number
  bot_id: string
  turn_id: string | null
  state: 'opening' | 'open' | 'sent' | 'failed'
  /** The platform's own reference of the message: what `edit` takes. */
  platform_ref: Json<unknown> | null
  error: string | null
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

// --- webhooks ---------------------------------------------------------------------------------------------

/** An address of the application that is told of events. */
export interface WebhookEndpointsTable {
  id: string
  workspace_id: string
  url: string
  description: string
  /** Types, or groups of them such as `connection.*`; empty: all. */
  events: string[]
  /** Signing secrets as one sealed JSON array, the newest first, bound to this row. */
  secrets: string
  created_by: string | null
  created_at: Now
  updated_at: Now
  disabled_at: OptionalTime
  disabled_reason: string | null
  failing_since: OptionalTime
}

/** What happened, as every endpoint is told it. */
export interface WebhookMessagesTable {
  id: string
  workspace_id: string
  type: string
  /** JSON text: signed as it stands. */
  body: string
  created_at: Now
}

export interface WebhookAttemptsTable {
  message_id: string
  endpoint_id: string
  attempt: number
  state: 'delivered' | 'retrying' | 'failed'
  /** HTTP. */
  status: number | null
  error: string | null
  duration_ms: number
  at: Time
  next_at: OptionalTime
}

// --- playground -------------------------------------------------------------------------------------------

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
